#!/usr/bin/env bash
# The SSM agent's worker for one step of a document. It outlives the agent, as the genuine one does: what it finds out lies
# in files. Arguments: the step's directory, the script's path, the directory to run in.
step=$1 script=$2 directory=$3
mkfifo -m 0600 "$step/out" "$step/err"
cat <"$step/out" >>"$step/stdout" &
out=$!
cat <"$step/err" >>"$step/stderr" &
err=$!
exec 3>"$step/out" 4>"$step/err"
cd "$directory" || exit
# Job control gives the script a process group of its own, so that a timeout can kill all of it.
set -m
sh -c "$script" </dev/null >&3 2>&4 3>&- 4>&- &
script_pid=$!
set +m
echo "$script_pid" >"$step/group"
exec 3>&- 4>&-
wait "$script_pid" 2>/dev/null
code=$?
# A child that was left behind and still holds stdout keeps the step running.
wait "$out" "$err"
echo "$code" >"$step/exit.part"
mv "$step/exit.part" "$step/exit"
