/** The user-data part of cloud-init, as a unit like any other. */
export const userDataUnit = `[Unit]
Description=Cloud-init: Final Stage

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/opt/local-cloud/run-user-data.sh
StandardOutput=journal+console

[Install]
WantedBy=multi-user.target
`
