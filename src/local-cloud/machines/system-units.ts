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

// Flags of node.js: an agent waits nearly all the time, so its heap is kept small.
const lean = '--max-semi-space-size=1 --max-old-space-size=64'

/** As the genuine package installs it, but for the program and the address of the API. */
export const agentUnit = `[Unit]
Description=amazon-ssm-agent
After=network-online.target

[Service]
Type=simple
WorkingDirectory=/usr/bin
ExecStart=/opt/local-cloud/node ${lean} /opt/local-cloud/agent.js
KillMode=process
Restart=always
RestartSec=90
Environment=AWS_ENDPOINT_URL=http://169.254.169.251

[Install]
WantedBy=multi-user.target
`
