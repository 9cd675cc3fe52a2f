{{/* With an address for the API, pods need no Service to reach it. */}}
{{- define "cilium.apiEnvironment" -}}
{{- if .Values.k8sServiceHost -}}
- name: KUBERNETES_SERVICE_HOST
  value: {{ .Values.k8sServiceHost | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ .Values.k8sServicePort | toString | quote }}
{{- end -}}
{{- end -}}
