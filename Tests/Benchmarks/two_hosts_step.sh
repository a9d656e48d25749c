#!/usr/bin/env bash
# Times a training step on two hosts with a slow link between them, beside its computation and its transfer:
#
#   two_hosts_step.sh SHOAL RATE [--config FILE] [key.path=value …]
#
# SHOAL is the program, RATE the link's as tc writes it (1gbit). The hosts are two network namespaces of this machine with
# a real TCP connection; root and Debian's iproute2 are needed. Computation is the step with both ranks
# on one host, transfer the exact sum of the gradient alone over the link.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
shoal=$(realpath "$1")
rate=$2
shift 2
a=shoal-a-$$
b=shoal-b-$$
folder=$(mktemp -d)

cleanup() {
  ip netns del "$a" 2>/dev/null || true
  ip netns del "$b" 2>/dev/null || true
  rm -rf "$folder" "/etc/netns/$a" "/etc/netns/$b"
}
trap cleanup EXIT

for host in "$a" "$b"; do
  ip netns add "$host"
  ip -n "$host" link set lo up
  # What ip netns exec shows as /etc/hosts.
  mkdir -p "/etc/netns/$host"
  printf '127.0.0.1 localhost\n10.77.0.1 %s\n10.77.0.2 %s\n' "$a" "$b" >"/etc/netns/$host/hosts"
done
ip link add "va$$" type veth peer name "vb$$"
ip link set "va$$" netns "$a"
ip link set "vb$$" netns "$b"
ip -n "$a" addr add 10.77.0.1/24 dev "va$$"
ip -n "$b" addr add 10.77.0.2/24 dev "vb$$"
ip -n "$a" link set "va$$" up
ip -n "$b" link set "vb$$" up
ip netns exec "$a" tc qdisc add dev "va$$" root tbf rate "$rate" burst 256kb latency 50ms
ip netns exec "$b" tc qdisc add dev "vb$$" root tbf rate "$rate" burst 256kb latency 50ms

cat >"$folder/agent" <<'AGENT'
#!/bin/bash
host=$1
shift
exec ip netns exec "$host" unshare -u bash -c "hostname $host; $*"
AGENT
chmod +x "$folder/agent"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1

# Binding would give both hosts' ranks the same core, since each host takes the whole machine for its own.
on_both() {
  ip netns exec "$a" unshare -u bash -c 'hostname "$1"; shift; exec "$@"' - "$a" mpirun \
    --mca plm_rsh_agent "$folder/agent" --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 \
    --mca oob_tcp_if_include 10.77.0.0/24 --bind-to none --host "$a:1,$b:1" -n 2 "$@"
}
value() { sed -n "s/^$2 *//p" "$folder/$1"; }

on_both "$shoal" bench step "$@" >"$folder/step"
on_both "$shoal" bench allreduce "$@" >"$folder/transfer"
mpirun --bind-to none -n 2 "$shoal" bench step "$@" >"$folder/computation"
step=$(value step milliseconds_per_step)
computation=$(value computation milliseconds_per_step)
transfer=$(value transfer exact_milliseconds)
echo "step $step ms, computation $computation ms, transfer $transfer ms"
echo "$step $computation $transfer" |
  awk '{ print "step over the larger of the two:", $1 / ($2 > $3 ? $2 : $3) }'
