# Steps that make sense only with three endpoints, or look different there. What depends on chance, such as who leads, is taken
# out by the steps themselves.

etcdctl member list -w table
etcdctl member list -w json --hex | sed 's/"member_id":"*[0-9a-f]*"*/MEMBER/; s/"raft_term":"*[0-9a-f]*"*/TERM/'
etcdctl endpoint health | sed 's/took = .*/TOOK/' | sort
etcdctl endpoint health -w table | sed -E 's/[0-9.]+(µs|ms|s) /TOOK /' | sort
etcdctl endpoint health --cluster | sed 's/took = .*/TOOK/' | sort
etcdctl endpoint status -w table | sed -E 's/[0-9.]+ k?B/SIZE/g; s/[0-9]+%/PERCENT/; s/(true|false) +│/LEADS │/; s/│ +[0-9]+ │ +[0-9]+ │ +[0-9]+ │/│ INDEXES │/'
etcdctl endpoint status -w json | grep -o '"leader":[0-9]*' | sort -u | wc -l
etcdctl endpoint status --cluster | wc -l
for i in $(seq 50); do etcdctl put c/$i $i; done | sort | uniq -c
etcdctl endpoint hashkv --rev=30 | cut -d, -f2- | sort -u | wc -l
etcdctl endpoint hashkv --rev=30
for e in ${ETCDCTL_ENDPOINTS//,/ }; do ETCDCTL_ENDPOINTS=$e etcdctl get c/ --prefix --count-only -w fields | grep Count; done
for e in ${ETCDCTL_ENDPOINTS//,/ }; do ETCDCTL_ENDPOINTS=$e etcdctl put from/$e x; done
etcdctl get from/ --prefix | wc -l
for e in ${ETCDCTL_ENDPOINTS//,/ }; do ETCDCTL_ENDPOINTS=$e etcdctl lease grant 100 | cut -d' ' -f3-; done
for id in $(etcdctl lease list | tail -n +2); do for e in ${ETCDCTL_ENDPOINTS//,/ }; do ETCDCTL_ENDPOINTS=$e etcdctl lease keep-alive --once $id | cut -d' ' -f3-; done; done
for e in ${ETCDCTL_ENDPOINTS//,/ }; do ETCDCTL_ENDPOINTS=$e etcdctl move-leader 1234567890abcdef 2>&1 | grep -c 'no leader endpoint\|bad leader transferee'; done | sort | uniq -c
etcdctl move-leader 1234567890abcdef 2>&1 | sed 's/.*"error"/"error"/'
etcdctl move-leader nonsense
etcdctl endpoint hashkv --cluster --rev=30 | sort
etcdctl defrag
etcdctl defrag --cluster | sort
etcdctl alarm list
etcdctl compaction 20
etcdctl endpoint hashkv --rev=30
etcdctl snapshot save three.db 2>&1 | tail -1
env ETCDCTL_ENDPOINTS=${ETCDCTL_ENDPOINTS%%,*} etcdctl snapshot save one.db 2> /dev/null | tail -2 | sed 's/ in .*//'
for id in $(etcdctl lease list | tail -n +2); do etcdctl lease revoke $id; done | wc -l
