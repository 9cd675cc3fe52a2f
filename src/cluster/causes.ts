export interface Cause {
  readonly cause: string
  readonly change: string
}

interface KnownMessage extends Cause {
  readonly says: RegExp
}

// What RKE2, etcd, the kubelet and systemd say when they fail, as the genuine ones were seen to say it. First match wins:
// the more telling message stands above the one that follows from it.
const KNOWN: readonly KnownMessage[] = [
  {
    says: /no space left on device|disk quota exceeded/i,
    cause: 'the disk is full',
    change: 'give the nodes a larger volume-size, or free space below /var/lib/rancher',
  },
  {
    says: /token CA hash does not match the Cluster CA certificate hash/,
    cause: 'the token belongs to another cluster, or the first server was created anew',
    change: 'run teardown for this cluster-name and create it again',
  },
  {
    says: /bootstrap data already found and encrypted with different token/,
    cause: 'the token changed while data of the old one is on disk',
    change: 'put the old value back into the token parameter, or run teardown and create the cluster again',
  },
  {
    says: /server-bootstrap.*(401|403)|failed to bootstrap cluster data: not authorized|server is not ready: .*not authorized/s,
    cause: 'the token is wrong',
    change:
      'the token parameter of this cluster must hold the secret that the first server was started with: put it back, or run teardown and create the cluster again',
  },
  {
    says: /token is required to join a cluster|--token is required/,
    cause: 'the node has no token',
    change: 'see that the instance profile may read the token parameter of this cluster',
  },
  {
    says: /--server is required/,
    cause: 'the node was not told which server to join',
    change: 'see that server: stands in /etc/rancher/rke2/config.yaml, or run the join again',
  },
  {
    says: /failed to get CA certs: Unauthorized/,
    cause: 'the node joins through port 6443 instead of 9345',
    change: 'correct server: in /etc/rancher/rke2/config.yaml, or run the join again',
  },
  {
    says: /failed to get CA certs.*(no route to host|connection refused|timeout|deadline exceeded|timed out)|Failed to validate connection to cluster at/s,
    cause: 'port 9345 of the first server cannot be reached from this node',
    change:
      'open TCP 9345 between the nodes (security group, network ACL), and see that the first server runs',
  },
  {
    says: /CA cert validation failed|x509: certificate is (not )?valid for/,
    cause: 'the name by which the server is called is not in its certificate',
    change: 'add the name to tls-san',
  },
  {
    says: /critical configuration (value )?mismatch/,
    cause: 'this server’s configuration differs from the others in a value that must be equal everywhere',
    change: 'use the same cluster-cidr, service-cidr and config file for every action of this cluster',
  },
  {
    says: /Node password rejected, duplicate hostname|duplicate node name found/,
    cause: 'a node of this name was registered before, with another machine',
    change: 'delete the old Node object (kubectl delete node NAME), then run the join again',
  },
  {
    says: /unknown 'kubernetes\.io' or 'k8s\.io' labels|Kubelet exited: exit status 1/,
    cause: 'the kubelet refuses its settings, most often a label of a kubernetes.io domain',
    change: 'use labels of a domain of your own; role labels are set from a server after the join',
  },
  {
    says: /the member has been permanently removed from the cluster/,
    cause: 'this server was removed from etcd and still has its old data',
    change: 'replace the machine: terminate it and run provision-nodes and join-servers again',
  },
  {
    says: /Failed to get member list from etcd cluster|could not retrieve cluster information from the given URLs/,
    cause: 'etcd on the other servers cannot be reached: port 2379 or 2380 is closed between servers',
    change: 'open TCP 2379 to 2380 between the servers',
  },
  {
    says: /etcdserver: unhealthy cluster/,
    cause: 'etcd admits nobody while one of its members is down, or port 2380 is closed between servers',
    change: 'bring that member back or remove its Node, and open TCP 2379 to 2380 between the servers',
  },
  {
    says: /too many learner members in cluster/,
    cause: 'another server is joining; RKE2 admits one at a time',
    change: 'give it more time (timeout), or use join: serial',
  },
  {
    says: /invalid kernel parameter value|missing required: user: unknown user etcd/,
    cause: 'the machine is not prepared for the CIS profile',
    change: 'leave profile out, or use an image that is prepared for it',
  },
  {
    says: /invalid value provided for --profile flag/,
    cause: 'the profile has a name that this RKE2 does not know',
    change: 'use profile: cis; cis-1.23 and its like belong to older releases',
  },
  {
    says: /can't set node-external-ip while using cloud provider/,
    cause: 'node-external-ip and a cloud provider exclude one another',
    change: 'leave one of them out',
  },
  {
    says: /yaml: line \d+/,
    cause: 'the configuration on the node is not YAML',
    change:
      'run the action again: it writes the file anew; look for a config.yaml.d file of your own in the image',
  },
  {
    says: /Still waiting for Cilium Operator to register CRDs/,
    cause: 'the Cilium operator cannot be scheduled, most often because every server is tainted',
    change: 'leave operator.tolerations of cilium-values alone',
  },
  {
    says: /failed to wait for API server to become ready/,
    cause: 'the API server or etcd on this node does not start',
    change:
      'look at its pods’ logs (diagnose collects them); too little memory is the usual reason: 8 GiB for servers',
  },
  {
    says: /"reason":"RAFT NO LEADER"/,
    cause: 'etcd has lost its majority: more than half of the servers are down or cut off',
    change: 'start the servers that are down, or open TCP 2379 to 2380 between them; it recovers by itself',
  },
  {
    says: /waiting for termination of old pod sandbox/,
    cause: 'after a power loss RKE2 first clears away what ran before, for up to 2 minutes',
    change: 'give it more time (timeout)',
  },
  {
    says: /too many open files/,
    cause: 'the machine’s inotify limits are too small',
    change: 'raise fs.inotify.max_user_instances to 1024 in the image',
  },
  {
    says: /sha256 of .* is/,
    cause: 'an artifact is not what its checksum says',
    change: 'look at the mirror behind artifact-url; a truncated copy is the usual reason',
  },
  {
    says: /cannot download/,
    cause: 'the node cannot fetch RKE2',
    change:
      'see that rke2-version exists below artifact-url, and that the subnets have a way to it (NAT gateway, or a mirror of your own)',
  },
  {
    says: /Error: rke2-(agent|server) is running/,
    cause: 'the machine already has the other role',
    change: 'run teardown for this cluster-name and create it again',
  },
]

/** The most telling known cause in a node's log, or undefined when nothing in it is known. */
export function causeIn(log: string): Cause | undefined {
  const known = KNOWN.find(({ says }) => says.test(log))
  return known && { cause: known.cause, change: known.change }
}
