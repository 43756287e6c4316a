# A walk through etcdctl against one member. Each line is a step; its output, errors and exit code are compared between
# real etcd and ours. The shell is the same for all steps, so that one can keep a lease id for the next.

# Nothing is there yet.
etcdctl version
etcdctl get nothing
etcdctl get nothing -w json
etcdctl get "" --prefix
etcdctl del nothing
etcdctl member list
etcdctl member list -w json
etcdctl member list -w json --hex
etcdctl member list -w fields
etcdctl member list -w table
etcdctl member list -w protobuf | od -An -tx1
etcdctl member list --consistency=s
etcdctl endpoint status
etcdctl endpoint status -w json
etcdctl endpoint status -w fields
etcdctl endpoint status -w table
etcdctl endpoint health
etcdctl endpoint health -w json
etcdctl endpoint health -w fields
etcdctl endpoint health -w table
etcdctl endpoint hashkv
etcdctl endpoint hashkv -w json
etcdctl endpoint hashkv -w fields
etcdctl endpoint hashkv -w table
etcdctl lease list
etcdctl alarm list

# Puts and gets.
etcdctl put foo bar
etcdctl get foo
etcdctl get foo -w json
etcdctl get foo -w fields
etcdctl get foo -w table
etcdctl get foo -w protobuf | od -An -tx1
etcdctl get foo --hex
etcdctl get foo --print-value-only
etcdctl get foo --keys-only
etcdctl get foo --count-only
etcdctl get foo --count-only -w fields
etcdctl put foo bar2 --prev-kv
etcdctl put foo bar3 -w json
etcdctl put foo bar4 --prev-kv -w json
etcdctl put foo bar5 --prev-kv -w fields
etcdctl put foo bar6 --prev-kv -w protobuf | od -An -tx1
etcdctl put foo -w table x
echo from the input | etcdctl put piped
printf '' | etcdctl put piped
etcdctl get piped
etcdctl put -- -dash --value
etcdctl get -- -dash
etcdctl put $'bin\x01\xff' $'\x02\xfe'
etcdctl get $'bin\x01\xff'
etcdctl get $'bin\x01\xff' --hex
etcdctl get $'bin\x01\xff' -w fields
etcdctl get $'bin\x01\xff' -w json
etcdctl put foo --ignore-value
etcdctl put foo something --ignore-value
etcdctl put nothing --ignore-value
etcdctl put foo bar7 --ignore-lease
etcdctl put nothing x --ignore-lease
etcdctl put foo x --lease=1
etcdctl put foo x --lease=nonsense
etcdctl put "" x
etcdctl put
etcdctl put a b c
etcdctl put foo "$(head -c 1600000 /dev/zero | tr '\0' x | head -c 120000)"; etcdctl get foo --print-value-only | wc -c
head -c 1700000 /dev/zero | tr '\0' x | etcdctl put foo
head -c 2200000 /dev/zero | tr '\0' x | etcdctl put foo

# Ranges.
for i in 1 2 3 4 5 6 7 8 9; do etcdctl put range/$i $((10 - i)); done
etcdctl put range/3 again
etcdctl put range/5 again
etcdctl get range/ --prefix
etcdctl get range/ --prefix -w json
etcdctl get range/ --prefix -w fields
etcdctl get range/ --prefix -w protobuf | od -An -tx1
etcdctl get range/7 --from-key
etcdctl get range/2 range/5
etcdctl get range/ --prefix --limit=3
etcdctl get range/ --prefix --limit=3 -w json
etcdctl get range/ --prefix --rev=20 -w json
etcdctl get range/3 --rev=22
etcdctl get range/ --prefix --keys-only
etcdctl get range/ --prefix --keys-only -w json
etcdctl get range/ --prefix --print-value-only
etcdctl get range/ --prefix --count-only
etcdctl get range/ --prefix --count-only -w json
etcdctl get range/ --prefix --count-only -w fields
etcdctl get range/ --prefix --count-only -w protobuf | od -An -tx1
etcdctl get "" --from-key --count-only -w fields
etcdctl get "" --prefix --keys-only
for by in CREATE KEY MODIFY VALUE VERSION; do for order in ASCEND DESCEND; do echo $by $order; etcdctl get range/ --prefix --sort-by=$by --order=$order; done; done
etcdctl get range/ --prefix --sort-by=modify --limit=2 --order=DESCEND -w json
etcdctl get range/ --prefix --sort-by=VALUE
etcdctl get range/ --prefix --order=DESCEND
etcdctl get range/ --prefix --sort-by=NONSENSE
etcdctl get range/ --prefix --order=NONSENSE
etcdctl get range/ --prefix --consistency=s --limit=1
etcdctl get range/ --prefix --consistency=x
etcdctl get range/ --prefix --min-mod-rev=27 --max-mod-rev=30
etcdctl get range/ --prefix --min-create-rev=27 --max-create-rev=30 -w json
etcdctl get range/ --prefix --min-mod-rev=9 --max-mod-rev=3
etcdctl get range/ --prefix --stream
etcdctl get range/ --prefix --stream --limit=2
etcdctl get range/ --prefix --from-key
etcdctl get range/ x --prefix
etcdctl get range/ --prefix --print-value-only -w json
etcdctl get range/5 range/2
etcdctl get foo --rev=100000
etcdctl get foo --rev=-1
etcdctl get
etcdctl get foo -w nonsense

# Deletes.
etcdctl del range/9
etcdctl del range/8 --prev-kv
etcdctl del range/7 -w json
etcdctl del range/6 --prev-kv -w json
etcdctl del range/5 --prev-kv -w fields
etcdctl del range/4 -w protobuf | od -An -tx1
etcdctl del range/3 range/9 --range --prev-kv
etcdctl del range/1 --from-key --prefix
etcdctl del range/ --prefix --prev-kv
etcdctl del ""
etcdctl get range/ --prefix
etcdctl endpoint hashkv
etcdctl endpoint hashkv --rev=20
etcdctl endpoint hashkv --rev=100000

# Transactions.
etcdctl put t/a 1
etcdctl put t/a 2
txn 'value("t/a") = "2"' '' 'put t/b 1' 'get t/a' '' 'put t/b 0' ''
txn 'value("t/a") = "3"' '' 'put t/b 1' '' 'put t/b 0' 'get t/ --prefix' ''
txn 'value("t/a") > "1"' 'value("t/a") < "3"' '' 'get t/a' '' ''
txn 'version("t/a") = "2"' '' 'get t/a' '' ''
txn 'ver("t/a") != "2"' '' '' 'del t/b' ''
txn 'create("t/nothing") = "0"' '' 'put t/nothing some' '' ''
txn 'c("t/nothing") = "0"' '' 'put t/nothing some' '' 'get t/nothing' ''
txn 'mod("t/a") > "10"' 'm("t/a") < "100000"' '' 'get t/a' '' ''
txn 'val("t/a") = "2"' '' 'del t/ --prefix --prev-kv' 'put x/1 "two words"' ''"put x/2 'single'" '' ''
txn '' 'get x/ --prefix' '' ''
txn '' 'put x/1 a' 'put x/1 b' '' ''
txn '' 'put x/1 a' 'del x/1' '' ''
txn '' 'del x/ --prefix' 'put x/1 b' '' ''
txn '' 'get x/1' 'put x/1 c' 'get x/1' '' ''
txn '' 'put x/1 c --lease=77' '' ''
txn '' 'get x/1 --rev=99999' '' ''
printf '%s\n' 'value("x/1") = "c"' '' 'get x/1' '' '' | etcdctl txn -i
printf '%s\n' 'value("x/1") = "c"' '' 'get x/1' 'put x/3 1 --prev-kv' 'del x/4 --prev-kv' '' '' | etcdctl txn -w json
printf '%s\n' 'value("x/1") = "c"' '' 'get x/1' 'put x/4 1' 'put x/2 n --prev-kv' 'del x/3' '' '' | etcdctl txn -w fields
printf '%s\n' '' 'get x/1' 'put x/3 1' 'del x/4' '' '' | etcdctl txn -w protobuf | od -An -tx1
printf '%s\n' 'nonsense' '' '' '' | etcdctl txn
printf '%s\n' '' 'nonsense' '' '' | etcdctl txn
printf '%s\n' '' 'get x/1' | etcdctl txn
{ echo; for i in $(seq 129); do echo put many/$i x; done; echo; echo; } | etcdctl txn
{ echo; for i in $(seq 128); do echo put many/$i x; done; echo; echo; } | etcdctl txn | sort | uniq -c
etcdctl get many/ --prefix --count-only -w fields

# Watches. Past revisions, and one to come, so that no step depends on time.
rev=$(etcdctl get w -w json | revision); echo $((rev > 0))
etcdctl put w/1 a; etcdctl put w/1 b; etcdctl put w/2 c; etcdctl del w/1; etcdctl put w/1 d
lines 6 etcdctl watch w/1 --rev=$((rev + 1))
lines 12 etcdctl watch w/ --prefix --rev=$((rev + 1))
lines 12 etcdctl watch w/ --prefix --rev=$((rev + 1)) --prev-kv
lines 1 etcdctl watch w/ --prefix --rev=$((rev + 1)) -w json
lines 30 etcdctl watch w/1 --rev=$((rev + 2)) --prev-kv -w fields
lines 6 etcdctl watch w/1 w/3 --rev=$((rev + 3))
lines 6 etcdctl watch w/1 --rev=$((rev + 1)) --hex
lines 3 env ETCDCTL_WATCH_KEY=w/2 etcdctl watch --rev=$((rev + 1))
lines 28 etcdctl watch w/1 --rev=$((rev + 1)) -- bash -c 'env | grep ^ETCD_WATCH_ | sort'
lines 9 typed "watch --rev=$((rev + 1)) w/1" '' 'nonsense' "watch --rev=$((rev + 3)) --prev-kv w/2" | sort
(until [ -s watch.out ]; do sleep 0.02; done; etcdctl put w/0 start; etcdctl put w/9 live; etcdctl del w/9) & seen=watch.out lines 12 etcdctl watch w/ --prefix --rev=$((rev + 5)); wait
echo 'watch w/9' | etcdctl watch -i
etcdctl watch w/ x --prefix
etcdctl watch
lines 1 typed 'watch w/1' 'progress'

# Leases.
etcdctl lease grant 100 | tee grant.out
lease=$(cut -d' ' -f2 grant.out); etcdctl put l/1 a --lease=$lease
etcdctl lease timetolive $lease
etcdctl lease timetolive $lease --keys
etcdctl lease timetolive $lease --keys -w json
etcdctl lease timetolive $lease --keys -w fields
etcdctl put l/2 b --lease=$lease
etcdctl lease list
etcdctl lease list -w json
etcdctl lease list -w fields
etcdctl lease keep-alive --once $lease
etcdctl lease keep-alive --once $lease -w json
etcdctl lease keep-alive --once $lease -w fields
lines 1 etcdctl lease keep-alive $lease
etcdctl get l/1 -w json
etcdctl get l/1 -w fields
etcdctl put l/2 c --ignore-lease --prev-kv -w json
etcdctl put l/1 no-more
etcdctl lease grant 100 -w json
etcdctl lease grant 100 -w fields
etcdctl lease grant 0
etcdctl lease grant -- -5
etcdctl lease grant 9000000001
etcdctl lease grant x
etcdctl lease revoke $lease
etcdctl get l/ --prefix
etcdctl lease revoke $lease
etcdctl lease revoke nonsense
etcdctl lease timetolive $lease
etcdctl lease timetolive $lease -w json
etcdctl lease keep-alive --once $lease
etcdctl lease keep-alive $lease
etcdctl lease timetolive nonsense
etcdctl lease grant 1 > short.out; etcdctl put l/short x --lease=$(cut -d' ' -f2 short.out); until_gone l/short; etcdctl lease timetolive $(cut -d' ' -f2 short.out)
for id in $(etcdctl lease list | tail -n +2); do etcdctl lease revoke $id; done
etcdctl lease list

# Locks and elections.
lines 2 etcdctl lock mine
etcdctl lock mine -- bash -c 'echo $ETCD_LOCK_KEY; test $ETCD_LOCK_REV -gt 1'
etcdctl lock mine -- bash -c 'exit 3'
etcdctl lock mine --ttl=5 echo held
etcdctl get mine --prefix --keys-only
held lock mine; etcdctl get mine --prefix --keys-only; (etcdctl lock mine echo second > second.out) & wait_for_keys mine 2; release; wait; cat second.out
lines 2 etcdctl elect chief me
held elect chief me; lines 2 etcdctl elect --listen chief; (lines 2 etcdctl elect chief you > you.out) & wait_for_keys chief 2; lines 2 etcdctl elect --listen chief; release; wait; cat you.out
etcdctl elect chief
etcdctl elect --listen chief me
etcdctl get chief --prefix --keys-only
etcdctl lock
etcdctl lease list

# Upkeep.
rev=$(etcdctl get w -w json | revision); etcdctl compaction $rev
etcdctl compaction $rev
etcdctl compaction $((rev + 1000))
etcdctl compaction 0
etcdctl compaction x
etcdctl get foo --rev=3
etcdctl get foo --rev=3 -w json
etcdctl endpoint hashkv --rev=3
lines 1 etcdctl watch foo --rev=3
txn '' 'get foo --rev=3' '' ''
etcdctl put foo x; etcdctl compaction --physical $((rev + 1))
etcdctl get "" --prefix --keys-only
etcdctl endpoint hashkv
etcdctl endpoint hashkv -w json
etcdctl defrag
etcdctl defrag -w json
etcdctl endpoint status
etcdctl endpoint status -w json
etcdctl endpoint status -w fields
etcdctl alarm list
etcdctl alarm disarm
etcdctl alarm list -w json
etcdctl alarm list -w fields
etcdctl check perf --prefix=foo
etcdctl check perf --load=nonsense
etcdctl nonsense
etcdctl put a b --nonsense
