import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a as g,c as T,d as Ce,e as B,f as q}from"./chunks/chunk-LBL6X72Z.js";import{a as xe,b as Ee,c as _,d as b,e as v,f as w,g as R,h as z,i as F,j as Se,k as Pe,m as Ae,o as Re,p as Oe,q as X}from"./chunks/chunk-HCDF66II.js";import{a as ve,b as M,c as ke}from"./chunks/chunk-FSFVEIVO.js";import{b as A}from"./chunks/chunk-LMOCOGQ7.js";import{B as P,C as f,F as $e,H as be,J as Y,b as we,l as ye,n as u,v as I,x as J}from"./chunks/chunk-E5XBRZXO.js";import{e as c,g as ge}from"./chunks/chunk-5XC6WXYH.js";import{realpathSync as $o}from"node:fs";import{resolve as ut}from"node:path";import{parseArgs as Qt}from"node:util";import{execFile as Lt,spawn as jt}from"node:child_process";import{mkdirSync as Kt,readFileSync as Ut,statfsSync as Wt}from"node:fs";import{mkdtemp as Ht,rm as Dt,writeFile as Ge}from"node:fs/promises";import{tmpdir as Vt}from"node:os";import{join as se}from"node:path";import{promisify as Jt}from"node:util";import{execFileSync as yt}from"node:child_process";import{closeSync as $t,existsSync as bt,openSync as vt,readSync as kt}from"node:fs";import{join as Ne}from"node:path";var h=["kube-apiserver","kube-controller-manager","kube-scheduler"],C=(e,t,r)=>new c(`${e}: ${t}`,{hint:`Put ${h.join(", ")} of one version there, or leave the directory out and run \`npm run build:kubernetes\`.`,cause:r});function y(e){let t=/^v\d+\.\d+(?=\.\d)/.exec(e)?.[0];if(!t)throw new Error(`${e} is no version of Kubernetes`);return t}function k(e){let t=h.filter(n=>!bt(Ne(e,n)));if(t.length)throw C(e,`${t.join(", ")} missing`);let r=h.map(n=>xt(e,n)),[o=""]=r;if(r.some(n=>n!==o))throw C(e,`versions are mixed: ${h.map((n,s)=>`${n} ${r[s]}`).join(", ")}`);return{version:o,directory:e}}function xt(e,t){let r=Ne(e,t);if(Pt(r))throw C(e,`${t} is for another architecture than this machine's ${process.arch}`);let o;try{o=yt(r,["--version"],{encoding:"utf8",stdio:["ignore","pipe","pipe"]})}catch(s){throw C(e,`${t} ${Et(s)}`,s)}let n=/^Kubernetes (v\d+\.\d+\.\d+)/.exec(o)?.[1];if(!n)throw C(e,`${t} says "${o.trim().slice(0,80)}", not its version`);return n}function Et({code:e,message:t}){return e==="EACCES"?"may not be executed: chmod +x it":`does not run: ${t.split(`
`)[0]}`}var St={x64:62,arm64:183};function Pt(e){let t=Buffer.alloc(20),r=vt(e,"r");return kt(r,t),$t(r),t.toString("latin1",0,4)!=="\x7FELF"?!1:(t[5]===1?t.readUInt16LE(18):t.readUInt16BE(18))!==St[process.arch]}import{createHash as At}from"node:crypto";import{createReadStream as Rt,existsSync as Ct,readdirSync as ee,readFileSync as Ot,statSync as Me}from"node:fs";import{chmod as Nt,mkdir as It,rename as Mt,rm as Ie,writeFile as _t}from"node:fs/promises";import{join as x}from"node:path";import{pipeline as zt}from"node:stream/promises";var Ft=f({version:u(),files:be(u(),f({bytes:I(),sha256:u()}))}),Z="manifest.json",te=()=>process.arch==="x64"?"amd64":process.arch,_e=e=>`${e}-linux-${te()}`,ze=(e,t=g("kubernetes"))=>x(t,_e(e));function Fe(e=g("kubernetes")){return ee(e).filter(r=>r===_e(r.split("-")[0]??"")).map(r=>r.split("-")[0]??"").sort((r,o)=>o.localeCompare(r,"en",{numeric:!0}))}function re(e,t=g("kubernetes")){let r=ze(e,t),o=a=>new c(`${r} is half-written or damaged: ${a}`,{hint:`rm -r ${r}, then \`npm run build:kubernetes\` or \`npm start -- --control-plane upstream\`.`}),n=x(r,Z);if(!Ct(n))throw o(`${Z} is missing`);let{files:s}=Ft.parse(JSON.parse(Ot(n,"utf8")));for(let[a,{bytes:l}]of Object.entries(s)){let m=Me(x(r,a),{throwIfNoEntry:!1})?.size;if(m!==l)throw o(`${a} has ${m??"no"} bytes instead of ${l}`)}let i=k(r);if(i.version!==e)throw o(`the programs are ${i.version}`);return i}async function G(e,t,r=g("kubernetes")){let o=ze(e,r),n=`${o}.part-${process.pid}`;try{await It(n,{recursive:!0}),await t(n);for(let i of ee(n))await Nt(x(n,i),493);let s=k(n);if(s.version!==e)throw new c(`${s.version} was written instead of Kubernetes ${e}`);await _t(x(n,Z),JSON.stringify({version:e,files:await Tt(n)},null,2)),await Ie(o,{recursive:!0,force:!0}),await Mt(n,o)}finally{await Ie(n,{recursive:!0,force:!0})}return re(e,r)}async function Tt(e){let t=ee(e).map(async r=>{let o=x(e,r);return[r,{bytes:Me(o).size,sha256:await oe(o)}]});return Object.fromEntries(await Promise.all(t))}async function oe(e){let t=At("sha256");return await zt(Rt(e),t),t.digest("hex")}var Bt=[...h,"kubelet"],Gt=["k8s.io/component-base/version","k8s.io/client-go/pkg/version"];function Te(e,t){let r=/^go \S+$/m.exec(t)?.[0],o=/^godebug .+$/m.exec(t)?.[0],n=[...t.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([,i])=>i);if(!r||n.length===0)throw new Error(`go.mod of k8s.io/kubernetes ${e} has another form`);let s=e.replace(/^v1\./,"v0.");return["module kubernetes-programs",r,...o?[o]:[],`require k8s.io/kubernetes ${e}`,"replace (",...n.map(i=>`	${i} => ${i} ${s}`),")","tool (",...Bt.map(i=>`	${ne(i)}`),")",""].join(`
`)}var ne=e=>`k8s.io/kubernetes/cmd/${e}`;function Be(e){let[t="",r=""]=e.replace(/^v/,"").split("."),o={gitVersion:e,gitMajor:t,gitMinor:r,gitTreeState:"clean"};return["-s","-w",...Gt.flatMap(s=>Object.entries(o).map(([i,a])=>`-X ${s}.${i}=${a}`))].join(" ")}var Le=Jt(Lt),Yt=5e9,ie="v1.35.4";async function Ke(e,t,r=[]){let o=M("go");if(!o)throw new c("building Kubernetes needs Go, and there is none on PATH",{hint:"Install Go \u2265 1.25 (https://go.dev/dl), or use `--control-plane light`."});let{GOCACHE:n,GOMODCACHE:s}=f({GOCACHE:u(),GOMODCACHE:u()}).parse(JSON.parse((await Le(o,["env","-json","GOCACHE","GOMODCACHE"])).stdout));for(let l of[n,s,g("kubernetes")])Xt(l);let i=[...h,...r],a=await Ht(se(Vt(),"rke2-action-kubernetes-"));try{let l=p=>Zt(o,p,a);t(`building Kubernetes ${e}: ${i.join(", ")} (6 minutes on two cores, once)`),await Ge(se(a,"go.mod"),`module fetch
`);let{stdout:m}=await Le(o,["mod","download","-json",`k8s.io/kubernetes@${e}`],{cwd:a,env:Ue()}).catch(qt(e)),{GoMod:d}=f({GoMod:u()}).parse(JSON.parse(m));return await Ge(se(a,"go.mod"),Te(e,Ut(d,"utf8"))),await G(e,async p=>{let E=["-trimpath","-buildvcs=false","-ldflags",Be(e)];await l(["build",...E,"-o",`${p}/`,...i.map(ne)])})}finally{await Dt(a,{recursive:!0,force:!0})}}function Xt(e,t=Yt){Kt(e,{recursive:!0});let{bavail:r,bsize:o}=Wt(e);if(!(r*o>=t))throw new c(`building Kubernetes needs ${je(t)} GB, and the disk of ${e} has ${je(r*o)} GB`,{hint:"Make room, or set GOCACHE, GOMODCACHE and XDG_CACHE_HOME to a larger disk."})}var je=e=>(e/1e9).toFixed(1),qt=e=>t=>{throw new c(`Go can't fetch k8s.io/kubernetes ${e}: ${(t.stdout??t.message).trim()}`,{hint:"Name a version that there is: `npm run build:kubernetes -- --version v1.35.4`.",cause:t})},Ue=()=>({...process.env,CGO_ENABLED:"0",GOFLAGS:"-mod=mod",GOWORK:"off"});function Zt(e,t,r){return new Promise((o,n)=>{let s=jt(e,t,{cwd:r,env:Ue(),stdio:["ignore","inherit","inherit"]});s.once("error",n),s.once("close",i=>{i===0?o():n(new c(`go ${t[0]} failed (${i??"ended by a signal"}): its words are above`))})})}var L=`The local cloud: AWS's APIs on loopback, with real sandboxed machines behind them.

  node index.js start [--port N] [--speed N] [--region NAME] [--state DIR] [--ssm-agent DIR]
                      [--control-plane auto|light|upstream] [--kubernetes DIR] [--iam-policy FILE]
                      [--stop-with-stdin]
                      [--fault NAME] [--faults FILE] [--fault-seed N] [--throttling off|aws]
      Prints one line of JSON when it answers. SIGINT or SIGTERM takes everything away again.
      --port             loopback port of the APIs, default any
      --speed            how many times shorter waiting is than on AWS, default 20
      --region           default eu-west-1
      --state            where the state directory is made, default $XDG_RUNTIME_DIR or /tmp
      --artifacts        a mirror of RKE2's releases instead of our stand-in: a directory that holds <version>/
                         rke2.linux-amd64.tar.gz, rke2-images-{core,cilium}.linux-amd64.tar.zst, sha256sum-amd64.txt; or
                         the address of one release. Genuine ones run as root only, and take 1.1 GiB a server. With
                         rke2-images-cilium.linux-amd64.txt in place of Cilium's images, our Cilium runs in it
      --servers, --agents  how many nodes a genuine cluster will have, for its memory; default 3 and 0
      --ssm-agent        directory of the genuine SSM agent's programs, to run it in every machine in place of the stand-in
      --stop-with-stdin  ends when standard input ends
      --control-plane    upstream: unmodified kube-apiserver, kube-controller-manager and kube-scheduler, fetched when they
                         are missing; light: our own engine; auto, the default: upstream if it is in the cache or on PATH
      --kubernetes       the directory that holds those three
      --iam-policy       the policy that calls of the announced key are held to, such as policies/deploy.json; without it they may do
                         everything
      --fault            what is to go wrong, NAME[=COUNT][@SEED], as often as you like: throttle:RunInstances=3
      --faults           a file (YAML or JSON) of { faults: [...], seed: N, throttling: aws }
      --fault-seed       a mix of faults over all calls that are not a machine's, chosen by this number; each is told when it strikes
      --throttling       aws: calls above AWS's token buckets are refused; default off
  node index.js set-up
      Fetches what its machines need and this one lacks, as start does, and ends: for images, and before tests.
  node index.js clean [--state DIR]
      Removes what a cloud that was killed has left.
  node index.js build-kubernetes [--version V] [--kubelet]
      Builds upstream's control plane from Go modules into the cache, by default ${ie}; the kubelet too, for our tests.`,er=f({port:A.number().int().min(0).max(65535).default(0),speed:A.number().min(1).max(100).default(20),region:u().default("eu-west-1"),state:u().optional(),artifacts:u().optional(),servers:A.number().int().min(0).default(3),agents:A.number().int().min(0).default(0),"ssm-agent":u().optional(),"stop-with-stdin":J().default(!1),"control-plane":ke.default("auto"),kubernetes:u().optional(),fault:P(u()).default([]),faults:u().optional(),"iam-policy":u().optional(),"fault-seed":u().optional(),throttling:u().optional(),kubelet:J().default(!1),version:u().regex(/^v\d+\.\d+\.\d+$/,"a version looks like v1.35.4").default(ie)});function j(e){let t={type:"string"};try{let{values:r}=Qt({args:e,options:{port:t,speed:t,region:t,state:t,artifacts:t,servers:t,agents:t,kubernetes:t,version:t,"ssm-agent":t,"control-plane":t,"iam-policy":t,faults:t,"fault-seed":t,throttling:t,fault:{type:"string",multiple:!0},"stop-with-stdin":{type:"boolean"},kubelet:{type:"boolean"}}});return er.parse(r)}catch(r){let o=r instanceof ye?we(r):r.message;throw new c(`${o}

${L}`)}}import{readFileSync as tr}from"node:fs";var rr=1.1*1024,or=.3*1024,nr=300,sr=({servers:e,agents:t})=>Math.ceil(e*rr+t*or+nr);function We(e,t=ir()){let r=sr(e);if(r<=t)return;let o=n=>`${(n/1024).toFixed(1)} GiB`;throw new c(`${e.servers} servers and ${e.agents} agents of a genuine RKE2 need ${o(r)} of memory, and ${o(t)} are free`,{hint:"Ask for fewer nodes (1.1 GiB a server, 0.3 GiB an agent), free memory, or leave --artifacts out."})}function ir(){let e=Number(/^MemAvailable:\s+(\d+)/m.exec(tr("/proc/meminfo","utf8"))?.[1]??0);return Math.min(e/1024,process.constrainedMemory()/1024**2||Number.POSITIVE_INFINITY)}import{spawnSync as dr}from"node:child_process";import{existsSync as fr,readFileSync as pr,writeFileSync as hr}from"node:fs";import{join as gr}from"node:path";function De(e,t,r){let o=He(e,"cgroup"),n=o.filter((s,i)=>o.findIndex(ar(s))===i);return n.length?n.map(s=>({controllers:s.controllers,mount:s.point.slice(s.point.lastIndexOf("/")+1),directory:`${ur(s,lr(s.controllers,t))}/${r}`})):He(e,"cgroup2").slice(0,1).map(({point:s})=>({controllers:"",mount:"",directory:`${s}/${r}`}))}var ar=e=>t=>t.controllers===e.controllers,cr=/^(rw|ro|seclabel|xattr|noprefix|clone_children|release_agent=.*)$/;function He(e,t){return e.split(`
`).flatMap(r=>{let[o="",n=""]=r.split(" - "),[,,,s="",i=""]=o.split(" "),[a,,l=""]=n.split(" "),m=l.split(",").filter(d=>!cr.test(d));return a===t?[{root:s,point:i,controllers:m.join(",")}]:[]})}function lr(e,t){let r=n=>n.split(",").sort().join(",");return t.split(`
`).find(n=>r(n.split(":")[1]??"")===r(e))?.split(":").slice(2).join(":")??"/"}function ur({root:e,point:t},r){let o=e==="/"?"":e,n=r===o||r.startsWith(`${o}/`)?r.slice(o.length):"";return`${t}${n==="/"?"":n}`}var ae=`#!/usr/bin/env bash
# What machines that run containers need of the host itself: control groups, and sysctls that the kubelet insists on. It
# runs as root outside of the cloud's namespaces and outlives it, so that everything is given back however the cloud ends;
# what is left when this is killed too, the next start or \`sweep\` gives back. /run ends with the boot, as the sysctls do.
#   host-loan.sh run NAME DIRECTORY... -- COMMAND...    NAME ends in -PID-STARTTIME of the owner
#   host-loan.sh sweep
set -euo pipefail
record=/run/rke2-local-cloud
holders=$record/holders
originals=$record/originals

# What the kubelet sets when it finds something else, and would set for the whole host (k8s.io/component-helpers/node/util/
# sysctl); machines see them read-only, so they must be right before.
kubelet_sysctls='vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000'
# One instance of inotify for each pod and more: the default of 128 is used up by two nodes.
inotify=fs/inotify/max_user_instances
inotify_least=1024

# The name of a holder tells when its process was started: a pid alone may be taken again.
is_alive() {
  local pid start stat fields
  IFS=- read -r pid start <<<"\${1##*cloud-}"
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  read -ra fields <<<"\${stat##*) }"
  [ "\${fields[0]}" != Z ] && [ "\${fields[19]}" = "$start" ]
}

# A file below /proc/sys or a cgroup's subtree_control, remembered as it was before the first holder came.
remember() { [ -e "$1" ] && printf '%s\\t%s\\n' "$1" "$(tr '\\t' ' ' <"$1")" >>"$originals"; }

lend_sysctls() {
  local setting file
  for setting in $kubelet_sysctls; do
    file=/proc/sys/\${setting%=*}
    if [ ! -e "$file" ] || [ "$(cat "$file")" = "\${setting#*=}" ]; then continue; fi
    remember "$file"
    echo "\${setting#*=}" >"$file"
  done
  file=/proc/sys/$inotify
  if [ "$(cat "$file")" -lt "$inotify_least" ]; then
    remember "$file"
    echo "$inotify_least" >"$file"
  fi
}

# v1: a child of cpuset has no processors until it is told. v2: a child has the controllers that its parent passes on.
make_cgroup() {
  local directory=$1 parent file controller controllers
  parent=$(dirname "$directory")
  mkdir -p "$directory"
  for file in cpuset.cpus cpuset.mems; do
    if [ -e "$parent/$file" ] && [ ! -e "$parent/cgroup.controllers" ]; then cat "$parent/$file" >"$directory/$file"; fi
  done
  [ -e "$parent/cgroup.controllers" ] || return 0
  read -ra controllers <"$parent/cgroup.controllers"
  for controller in "\${controllers[@]}"; do
    case " $(cat "$parent/cgroup.subtree_control") " in *" $controller "*) continue ;; esac
    printf '%s\\t-%s\\n' "$parent/cgroup.subtree_control" "$controller" >>"$originals"
    echo "+$controller" >"$parent/cgroup.subtree_control" || {
      echo "can't pass the cgroup controller $controller on from $parent: processes live in it. In a container, run it with --cgroupns=host." >&2
      return 1
    }
  done
  for controller in "\${controllers[@]}"; do echo "+$controller" >"$directory/cgroup.subtree_control"; done
}

remove_cgroup() {
  local directory=$1 group left
  for ((left = 50; left > 0; left--)); do
    [ -d "$directory" ] || return 0
    while read -r group; do
      # Its processes belong to a cloud that has ended.
      xargs -r kill -9 <"$group/cgroup.procs" 2>/dev/null || true
      rmdir "$group" 2>/dev/null || true
    done < <(find "$directory" -depth -type d)
    sleep 0.1
  done
  echo "can't remove the control group $directory" >&2
}

# Called under the lock. Gives back what no living cloud holds; the one that is named counts as gone.
sweep() {
  local holder directory file value
  for holder in "$holders"/*; do
    [ -e "$holder" ] || continue
    [ "$1" = "\${holder##*/}" ] || ! is_alive "$holder" || continue
    while read -r directory; do remove_cgroup "$directory"; done <"$holder"
    rm -f "$holder" "/var/tmp/\${holder##*/}".*
    echo "gave back what \${holder##*/} had of this machine" >&2
  done
  [ -z "$(ls -A "$holders")" ] || return 0
  while IFS=$'\\t' read -r file value; do
    # A controller that somebody else uses by now stays.
    echo "$value" >"$file" 2>/dev/null || true
  done < <(tac "$originals" 2>/dev/null)
  rm -rf "$record"
}

locked() {
  # The directory itself is the lock: a file would stay behind.
  exec 9</run
  flock 9
  mkdir -p "$holders"
  "$@"
  exec 9<&-
}

lend() {
  local name=$1 directory
  shift
  sweep ''
  mkdir -p "$holders"
  printf '%s\\n' "$@" >"$holders/$name"
  lend_sysctls
  for directory in "$@"; do make_cgroup "$directory"; done
}

run() {
  local directories=() code=0
  name=$1
  shift
  while [ "$1" != -- ]; do
    directories+=("$1")
    shift
  done
  shift
  # A signal must not end it before the cloud; its children get the default back.
  trap : INT TERM HUP
  # Also when lending fails half-way.
  trap 'locked sweep "$name"' EXIT
  locked lend "$name" "\${directories[@]}"
  "$@" || code=$?
  return "$code"
}

case $1 in
  run) run "\${@:2}" ;;
  sweep) locked sweep '' ;;
esac
`;var wr="/run/rke2-local-cloud";function Ve(e){let t=o=>pr(`/proc/self/${o}`,"utf8"),r=De(t("mountinfo"),t("cgroup"),e);if(!r.length)throw new c("A genuine RKE2 needs control groups, and this machine has none mounted.",{hint:"Mount them (mount -t cgroup2 cgroup2 /sys/fs/cgroup); in a container: docker run --privileged."});return{name:e,cgroups:r}}function Je(e,t,r){if(!e.become)throw new c("A genuine RKE2 needs control groups and sysctls of the host, which only root may change.",{hint:"Run as root, or allow sudo without a password."});let o=gr(t,"host-loan.sh");hr(o,ae);let[n,...s]=[...e.become,...yr(o,r)],i=e.command.slice(e.become.length);return[n,...s,...i]}function K(){if(!fr(wr))return;let e=process.getuid?.()===0?[]:["sudo","-n"],[t="bash",...r]=[...e,"bash","-c",ae,"host-loan.sh","sweep"];dr(t,r,{stdio:["ignore","ignore","inherit"]})}var yr=(e,{name:t,cgroups:r})=>["bash",e,"run",t,...r.map(({directory:o})=>o),"--"];import{existsSync as Wr}from"node:fs";import{readdir as Hr}from"node:fs/promises";import{join as ue,resolve as Dr}from"node:path";import{createWriteStream as Or,existsSync as Nr}from"node:fs";import{mkdir as Ir,readFile as Mr,rename as _r,rm as zr,writeFile as Fr}from"node:fs/promises";import{join as le}from"node:path";import{Readable as Tr}from"node:stream";import{pipeline as Br}from"node:stream/promises";import{spawn as $r}from"node:child_process";import{createHash as br}from"node:crypto";import{createReadStream as vr,existsSync as U}from"node:fs";import{open as kr,readFile as Ye}from"node:fs/promises";import{join as $}from"node:path";import{pipeline as xr}from"node:stream/promises";var O=({rke2:e,cilium:t})=>e==="genuine"&&t==="stand-in";async function ce(e,t,r){let o=m=>new c(`${t}: ${m}`,{hint:`Put ${[...R(r),b(r),w(r)].join(", ")} of ${e} there, from https://github.com/rancher/rke2/releases. With ${v(r)} in place of Cilium\u2019s images, our Cilium runs.`}),n=await Pr(t,r,o),s=m=>U($(t,m)),i=s(b(r))||!s(v(r))?b(r):v(r);for(let m of[...R(r),i])await Er(t,m,n,r,o);let a=await Ar($(t,_(r)),r,o),l={version:e,directory:t,rke2:a,cilium:await Cr($(t,i))};return O(l)&&await Sr(t,i,r,o),l}async function Er(e,t,r,o,n){let s=r.get(t);if(!s)throw n(`${w(o)} does not name ${t}`);if(!U($(e,t)))throw n(`${t} is missing`);let i=await W($(e,t));if(i!==s)throw n(`sha256 of ${t} is ${i}, and should be ${s}`)}async function Sr(e,t,r,o){if(t!==v(r))throw o(`RKE2 is genuine, but ${t} holds no images`);let n=Se(await Ye($(e,t),"utf8"));for(let s of["cilium","operator-generic"])if(!n.some(i=>i.includes(`/mirrored-cilium-${s}:`)))throw o(`${t} names no image rancher/mirrored-cilium-${s}`)}async function Pr(e,t,r){let o=$(e,w(t));if(U(o))return F(await Ye(o,"utf8"));let n=t==="amd64"?"arm64":"amd64";throw U($(e,w(n)))?r(`the files are for ${n}, and this machine is ${t}`):r(`${w(t)} is missing`)}async function W(e){let t=br("sha256");return await xr(vr(e),t),t.digest("hex")}async function Ar(e,t,r){let o=Ee(await Rr(e,"bin/rke2",20));if(o==="script")return"stand-in";if(o==="unknown")throw r(`${_(t)} holds no program bin/rke2`);if(o.elf!==t)throw r(`bin/rke2 in ${_(t)} is for ${o.elf}, and this machine is ${t}`);return"genuine"}async function Rr(e,t,r){let o=$r("tar",["-xzOf",e,t,`./${t}`],{stdio:["ignore","pipe","ignore"]}),n=[];for await(let s of o.stdout)if(n.push(s),Buffer.concat(n).length>=r)break;return o.kill(),Buffer.concat(n).subarray(0,r)}async function Cr(e){if(e.endsWith(".txt"))return"stand-in";let t=await kr(e);try{let{buffer:r,bytesRead:o}=await t.read(Buffer.alloc(65536),0,65536,0);return r.subarray(0,o).includes('"Layers":[]')?"stand-in":"genuine"}finally{await t.close()}}var Gr=15e3;async function Xe(e,t,r){let o=e.replace(/\/+$/,""),n=decodeURIComponent(o.slice(o.lastIndexOf("/")+1));if(!z.test(n))throw new c(`${e} does not end in a version of RKE2`,{hint:"Name the release itself: https://github.com/rancher/rke2/releases/download/v1.35.4%2Brke2r1"});let s=g("releases"),i=le(s,n);await Ir(i,{recursive:!0});let a=le(i,w(t));await Fr(a,await jr(`${o}/${w(t)}`));let l=F(await Mr(a,"utf8")),m=await Kr(`${o}/${b(t)}`)?b(t):v(t);for(let d of[...R(t),m]){let p=l.get(d);p&&await Lr(`${o}/${d}`,le(i,d),p,r)}return{version:n,directory:s}}async function Lr(e,t,r,o){if(Nr(t)&&await W(t)===r)return;o(`fetching ${e}`);let n=`${t}.part`;await Br(Tr.fromWeb((await Ze(e)).body),Or(n));let s=await W(n);if(s!==r)throw await zr(n),new c(`sha256 of ${e} is ${s}, and should be ${r}`,{hint:"Nothing of it was kept. Try again; if it stays so, do not use this mirror."});await _r(n,t)}var jr=async e=>(await Ze(e)).text(),qe="Check the address and the version, or fetch the release yourself and name its directory.";async function Ze(e){let t=await Qe(e);if(!t.ok||!t.body)throw new c(`${e} answers ${t.status}`,{hint:qe});return t}async function Kr(e){let{status:t,body:r}=await Qe(e);return await r?.cancel(),t!==404}var Qe=e=>Ur(e,AbortSignal.timeout(Gr)).catch(t=>{throw new c(`${e} can\u2019t be read`,{hint:qe,cause:t})});function Ur(e,t){let r=new Promise((o,n)=>t.addEventListener("abort",()=>n(t.reason),{once:!0}));return Promise.race([fetch(e),r])}async function et(e,t){let r=xe();if(/^https?:\/\//.test(e)){let{version:i,directory:a}=await Xe(e,r,t);return{directory:a,releases:[await ce(i,ue(a,i),r)]}}let o=Dr(e);if(!Wr(o))throw new c(`there is no directory ${o}`,{hint:"Name one with --artifacts, or an address."});let n=(await Hr(o)).filter(i=>z.test(i));if(!n.length)throw new c(`${o} holds no release of RKE2`,{hint:`It must hold a directory for each version, such as ${ue(o,"v1.35.4+rke2r1")}.`});let s=[];for(let i of n.sort(Vr).reverse())s.push(await ce(i,ue(o,i),r));return{directory:o,releases:s}}var Vr=(e,t)=>e.localeCompare(t,"en",{numeric:!0}),N=({releases:e})=>e.some(({rke2:t})=>t==="genuine"),tt=e=>e?`${e.releases.map(Jr).join("; ")}, from ${e.directory}`:"RKE2 and Cilium are our stand-ins",Jr=e=>{let{version:t,rke2:r,cilium:o}=e;return r===o?`RKE2 ${t} and its Cilium are ${r==="genuine"?"genuine":"our stand-ins"}`:O(e)?`RKE2 ${t} is genuine, its Cilium is our stand-in, as the mirror has no images of Cilium\u2019s`:`RKE2 ${t} is our stand-in, Cilium\u2019s images are genuine and stay unused`};import{spawn as Qr}from"node:child_process";import{rmSync as eo,writeFileSync as to}from"node:fs";import{basename as ro,join as st}from"node:path";import{createInterface as oo}from"node:readline";var rt=$e("event",[f({event:Y("ready"),accessKeyId:u(),secretAccessKey:u()}),f({event:Y("balancers"),doors:P(f({addresses:P(u()),port:I(),socket:u()}))})]);var ot=`#!/usr/bin/env bash
# pid 1 of the local cloud's namespaces. Standard input is a pipe from the front: when the front is gone, for whatever
# reason, the pipe ends, this process ends, and with it the kernel ends every process, mount and interface of the cloud.
state=$1
shift
mount -t tmpfs -o mode=0755 store "$state/store" || exit 1
# Whatever is written to a temporary directory goes with the rest.
export TMPDIR=$state/store
exec 3<&0
cat <&3 >/dev/null &
"$@" </dev/null 3<&- &
wait -n
code=$?
umount --lazy "$state/store"
rm -rf "$state"
exit "$code"
`;import{spawnSync as Xr}from"node:child_process";var me=["--mount","--net","--pid","--ipc","--fork","--kill-child","--mount-proc"],qr=[{name:"root",command:["unshare",...me],become:[],userNamespace:!1},{name:"sudo",command:["sudo","-n","unshare",...me],become:["sudo","-n"],userNamespace:!1},{name:"an unprivileged user namespace",command:["unshare","--user","--map-root-user",...me],become:void 0,userNamespace:!0}],Zr=([e,...t])=>{let{status:r,stderr:o,error:n}=Xr(e,[...t,"true"],{encoding:"utf8"});return{works:r===0,reason:(n?.message??o??"").trim().split(`
`).at(-1)??""}};function nt(e,t=Zr){let r=[];for(let o of qr){if(o.name==="root"!==e)continue;let{works:n,reason:s}=t(o.command);if(n)return o;r.push(`  with ${o.name}: ${s}`)}throw new c(`The local cloud can't make the namespaces that its machines live in:
${r.join(`
`)}`,{hint:e?"Root lacks CAP_SYS_ADMIN here. In a container: docker run --privileged.":"Run as root, allow sudo without a password, or allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces above 0)."})}async function it(e){let t=e.base??T(process.env);for(let l of B(t))console.error(`removed ${l}, left by a cloud that was killed`);K();let r=nt(process.getuid?.()===0),o=Ce(t,["store","balancers"]);process.on("exit",()=>eo(o,{recursive:!0,force:!0}));let n=no(e,r,o),s=new Promise(l=>n.once("exit",()=>l())),i=!1,a=()=>{i=!0,n.stdin?.end()};for(let l of["SIGINT","SIGTERM","SIGHUP"])process.on(l,a);if(e.stopWithStdin&&process.stdin.on("end",a).on("error",a).resume(),so(n,o,async({accessKeyId:l,secretAccessKey:m})=>{let d=await Ae(st(o,"api.sock"),e.port);console.log(JSON.stringify({...io(d.port,e),accessKeyId:l,secretAccessKey:m}))}),await s,!i)throw new c("the local cloud ended by itself",{hint:"Its last words are above."})}function no(e,t,r){let o=st(r,"init.sh");to(o,ot);let{program:n,speed:s,region:i,tools:a,setup:l,ssmAgent:m,artifacts:d,faults:p,userPolicy:E}=e,S=d&&N(d)?Ve(ro(r)):void 0,[D,...dt]=S?Je(t,r,S):t.command,ft=d&&{directory:d.directory,versions:d.releases.map(({version:V})=>V),withOurCilium:d.releases.filter(O).map(({version:V})=>V)},{controlPlane:pt,kubernetes:ht}=l,{userNamespace:gt}=t,wt={state:r,speed:s,region:i,tools:a,controlPlane:pt,kubernetes:ht,ssmAgent:m,mirror:ft,loan:S,userNamespace:gt,faults:p,userPolicy:E};return Qr(D,[...dt,"bash",o,r,process.execPath,n,"inside",JSON.stringify(wt)],{detached:!0,env:{...process.env,PATH:ve()},stdio:["pipe","pipe","inherit"]})}function so(e,t,r){let o=Re(t),n=Promise.resolve();e.stdout&&oo({input:e.stdout}).on("line",s=>{let i=rt.parse(JSON.parse(s));n=n.then(()=>i.event==="ready"?r(i):o(i.doors))})}var io=(e,{region:t,artifacts:r,setup:o})=>({endpoint:`http://127.0.0.1:${e}`,region:t,channelUrl:`http://127.0.0.1:${e}/v1-release/channels`,artifactUrl:`http://${Pe}/rke2`,parts:tt(r),controlPlane:o.words,pid:process.pid});import{createWriteStream as ao}from"node:fs";import{join as co}from"node:path";import{Readable as lo}from"node:stream";import{pipeline as uo}from"node:stream/promises";var mo="https://dl.k8s.io/release",fo=8e3;function at(e,t,{server:r=mo,cache:o}={}){return G(e,async s=>{for(let i of h){let a=`${r}/${e}/bin/linux/${te()}/${i}`,l=await po(`${a}.sha256`);t(`fetching ${a}`);let m=co(s,i);await uo(lo.fromWeb(await ct(a)),ao(m));let d=await oe(m);if(d!==l)throw new c(`${a} has checksum ${d}, its release says ${l}`,{hint:"Nothing of it was kept. Try again; if it stays so, do not use this server: `npm run build:kubernetes`."})}},o)}async function po(e){let t=(await new Response(await ct(e,AbortSignal.timeout(fo))).text()).trim();if(!/^[0-9a-f]{64}$/.test(t))throw new c(`${e} holds no checksum: "${t.slice(0,80)}"`);return t}async function ct(e,t){let r="`npm run build:kubernetes` makes the programs from source; `--control-plane light` goes without.",o;try{o=await fetch(e,t?{signal:t}:{})}catch(n){throw new c(`${e} can't be reached: ${ho(n)}`,{hint:r,cause:n})}if(!o.ok||!o.body)throw new c(`${e} answers ${o.status} ${o.statusText}`,{hint:r});return o.body}var ho=({message:e,cause:t})=>t instanceof Error?t.message:e;import{dirname as go}from"node:path";function de(e,{named:t,cache:r}={}){let o=y(e);if(t!==void 0){let a=k(t);if(y(a.version)!==o)throw new c(`${t} holds Kubernetes ${a.version}; a cluster of ${e} wants ${o}`,{hint:`Name a directory with ${o}, or leave it out.`});return{...a,source:t}}let n=wo(e,Fe(r));if(n)return{...re(n,r),source:"cache"};let s=M("kube-apiserver");if(!s)return;let i=k(go(s));return y(i.version)===o?{...i,source:"PATH"}:void 0}function wo(e,t){let r=fe(e),o=t.filter(n=>y(n)===y(e));return o.find(n=>n===r)??o[0]}var fe=e=>e.replace(/(-rc\d+)?\+.*$/,"");async function lt(e,t){let{choice:r,releases:o}=e;if(r==="light")return pe(r);try{let n={},s=await yo(e,t);for(let a of o.slice(1)){let l=e.named===void 0?de(a,e):void 0;l&&(n[y(a)]=l.directory)}if(!s)return{...pe(r),kubernetes:n};n[y(s.version)]=s.directory;let i=`upstream Kubernetes ${s.version} (${s.source}); our light engine: --control-plane light`;return{controlPlane:r,kubernetes:n,words:i}}catch(n){if(r==="upstream"||e.named!==void 0||!(n instanceof c))throw n;return t(`no upstream control plane: ${n.message}`),pe("light")}}var pe=e=>({controlPlane:e,kubernetes:{},words:"the light engine; upstream Kubernetes: --control-plane upstream, which fetches it, or once npm run build:kubernetes"});async function yo({choice:e,named:t,releases:[r],cache:o,server:n},s){let i=de(r,{named:t,cache:o});if(i||e!=="upstream")return i;let a=fe(r);return s(`upstream Kubernetes ${a} is neither in the cache nor on PATH: fetching it, 0.3 GB, once`),{...await at(a,s,{...o===void 0?{}:{cache:o},...n===void 0?{}:{server:n}}),source:"release server"}}var bo={controlPlane:"light",kubernetes:{},words:"the genuine RKE2's own"},he=e=>console.error(e),H=e=>console.log(e),mt=$o(process.argv[1]??""),vo={inside:async([e=""])=>(await import("./chunks/inside-ET6N5I6H.js")).inside(mt,e),start:e=>xo(j(e)),"set-up":()=>q(H),"build-kubernetes":e=>Eo(j(e)),clean:e=>So(j(e))};async function ko(){let[e="",...t]=process.argv.slice(2),r=vo[e];if(!r)throw new c(e?`there is no command ${e}

${L}`:L);await r(t)}async function xo(e){let{port:t,speed:r,region:o,state:n,"stop-with-stdin":s}=e,i=await Ao(e),a=await Po(e),l=await Ro(e["ssm-agent"]),m=await Co(e["iam-policy"]),d=Oe.filter(D=>D!==X),p={choice:e["control-plane"],named:e.kubernetes},E=a&&N(a)?bo:await lt({...p,releases:[X,...d]},he),S=q(he);await it({program:mt,base:n,port:t,speed:r,region:o,stopWithStdin:s,artifacts:a,ssmAgent:l,tools:S,setup:E,faults:i,userPolicy:m})}async function Eo({version:e,kubelet:t}){let r=await Ke(e,H,t?["kubelet"]:[]);H(`Kubernetes ${r.version} lies in ${r.directory}; npm start uses it from now on`)}function So({state:e}){K();for(let t of B(e??T(process.env)))H(`removed ${t}`)}async function Po(e){if(e.artifacts===void 0)return;let t=await et(e.artifacts,he);return N(t)&&We(e),t}async function Ao(e){let{fault:t,faults:r,"fault-seed":o,throttling:n}=e;if(!t.length&&[r,o,n].every(i=>i===void 0))return{faults:[],throttling:"off"};let{readFaultFlags:s}=await import("./chunks/fault-options-SQACL52F.js");return s({fault:t,faults:r,"fault-seed":o,throttling:n})}async function Ro(e){if(e===void 0)return"";let{findGenuineAgent:t}=await import("./chunks/genuine-agent-FYUMKEUM.js");return await t(ut(e),process.arch),ut(e)}async function Co(e){if(e===void 0)return;let{readIamPolicy:t}=await import("./chunks/read-iam-policy-QSSGU3ZO.js");return t(e)}try{await ko(),process.argv[2]!=="inside"&&process.exit(0)}catch(e){console.error(ge(e)),process.exit(1)}
