# What the steps of walkthrough.sh use beside etcdctl.

# Runs a command until it has printed so many lines or has ended, ends it, and tells its exit code. Its output can be
# watched in the file that $seen names.
lines() {
  local wanted=$1 out=${seen:-} pid
  shift
  [ -n "$out" ] || out=$(mktemp -p .)
  : > "$out"
  "$@" >> "$out" &
  pid=$!
  while kill -0 $pid 2> /dev/null && (($(wc -l < "$out") < wanted)); do sleep 0.02; done
  kill -TERM $pid 2> /dev/null
  wait $pid
  echo "exit $?" >> "$out"
  cat "$out"
}

# An interactive watch that is told lines, and whose input stays open.
typed() {
  local input=input.$BASHPID
  mkfifo "$input"
  exec 7<> "$input"
  printf '%s\n' "$@" >&7
  exec etcdctl watch -i <&7
}

# A transaction, line by line.
txn() { printf '%s\n' "$@" | etcdctl txn; }

# Takes a lock or an election and keeps it until released.
held() {
  : > held.out
  etcdctl "$@" >> held.out &
  holder=$!
  while kill -0 $holder 2> /dev/null && (($(wc -l < held.out) < 2)); do sleep 0.02; done
}
release() {
  kill -TERM $holder
  wait $holder
  echo "exit $?"
}

revision() { grep -o '"revision":[0-9]*' | cut -d: -f2; }
count() { etcdctl get "$1" --prefix --count-only -w fields | sed -n 's/^"Count" : //p'; }
wait_for_keys() { until [ "$(count "$1")" = "$2" ]; do sleep 0.05; done; }
until_gone() { wait_for_keys "$1" 0; }
