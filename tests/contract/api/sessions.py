"""Sessions of kubectl: each is a list of commands in a namespace of its own, with the files that they speak of."""

from pathlib import Path

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "i:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {k: v}
"""
FILES = {
    "MANIFEST": MANIFEST,
    "CHANGED": MANIFEST.replace("k: v", "k: w").replace("i:1", "i:2"),
    "UNKNOWN": MANIFEST.replace("replicas: 2", "replica: 2"),
    "RIGHTS": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: recorded-reads}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
""",
    "NODE": "{apiVersion: v1, kind: Node, metadata: {name: recorded-n}}",
    "BOUND": """\
apiVersion: v1
kind: Pod
metadata: {name: b, labels: {a: b}}
spec: {nodeName: recorded-n, containers: [{name: c, image: "i:1"}]}
""",
}
"""A command finds them by their names, and the first one on its standard input."""
SESSIONS = {
    "apply": (
        *("apply -f -", "apply -f -", "get deploy,svc,cm", "get deploy web -o wide", "get deploy web -o yaml"),
        *("describe deploy web", "describe cm settings", "get cm settings -o jsonpath={.data}"),
        *("diff -f CHANGED", "apply -f CHANGED", "apply --server-side -f CHANGED", "apply --server-side -f MANIFEST"),
        *("apply --server-side --force-conflicts -f MANIFEST", "delete -f CHANGED", "get all"),
    ),
    "change": (
        *("create configmap a --from-literal=k=v", "label cm a x=y", "label cm a x=z", "annotate cm a n=1"),
        *('patch cm a --type merge -p {"data":{"l":"1"}}', "edit cm a", "get cm a -o yaml", "get cm -l x=y"),
        *('patch cm a --type json -p [{"op":"test","path":"/data/k","value":"no"}]', "get cm -o name"),
        *("create secret generic s --from-literal=a=b", "describe secret s", "create sa z", "delete cm a", "get cm a"),
    ),
    "rollout": (
        *("create deployment x --image=y:1", "scale deploy x --replicas=3", "set image deploy/x y=y:2"),
        *("rollout history deploy x", "rollout status deploy x --timeout=1s", "rollout pause deploy x"),
        *("wait --for=jsonpath={.spec.replicas}=3 deploy/x --timeout=5s", "expose deploy x --port=80"),
        *("wait --for=condition=Available deploy/x --timeout=1s", "autoscale deploy x --max=3", "get hpa,svc"),
    ),
    "rights": (
        *("auth can-i get pods", "auth can-i get pods --as=alice", "create role r --verb=get --resource=pods"),
        *("create rolebinding r --role=r --user=alice", "get role,rolebinding", "describe role r", "auth whoami"),
        *("get pods --as=bob", "get pods --as=bob --as-group=system:masters"),
        *("create sa z", "create token z", "create token z --duration=10m --audience=a", "create token y"),
    ),
    "explore": (
        *("version", "explain deployment.spec.strategy", "explain pod.spec.containers.name", "get pods"),
        *("get nothings", "run p --image=y", "get pods", "describe pod p", "get pod p -o wide", "delete pod p --now"),
        *("get events", "create job j --image=y", "get jobs", "describe job j", "get ns kube-system"),
    ),
}
MORE = {
    "again": (
        *("create deployment x --image=y:1 --replicas=2", "wait --for=condition=Available deploy/x --timeout=20s"),
        *("set image deploy/x y=y:2", "rollout status deploy x --timeout=20s", "rollout history deploy x"),
        *("rollout history deploy x --revision=1", "rollout undo deploy x", "rollout status deploy x --timeout=20s"),
        *("rollout restart deploy x", "rollout status deploy x --timeout=20s", "rollout pause deploy x"),
        *("rollout resume deploy x", "rollout undo deploy x --to-revision=1 --dry-run=server", "get rs"),
        *("scale deploy x --replicas=1 --current-replicas=5", "scale deploy x --replicas=1 --current-replicas=2"),
        *("set env deploy/x A=b", "set resources deploy/x --limits=cpu=1", "set serviceaccount deploy/x z"),
        *("set selector svc/none a=b", "get deploy x --subresource=scale", "get deploy x --subresource=status -o name"),
        *('patch deploy x --subresource=scale --type merge -p {"spec":{"replicas":4}}', "describe deploy x"),
        *('patch deploy x -p {"spec":{"template":{"spec":{"containers":[{"name":"y","image":"y:9"}]}}}}',),
        *("delete deploy x --cascade=orphan --wait=false", "get rs", "delete rs --all --wait=false"),
    ),
    "files": (
        *("create -f MANIFEST", "create -f MANIFEST", "replace -f CHANGED", "replace --force -f MANIFEST"),
        *("apply -f CHANGED", "apply view-last-applied deploy/web", "apply set-last-applied -f MANIFEST"),
        *("apply edit-last-applied cm/settings", "apply -f UNKNOWN", "apply -f UNKNOWN --validate=warn"),
        *("apply -f UNKNOWN --validate=ignore --dry-run=server", "diff --server-side -f CHANGED", "diff -f MANIFEST"),
        *("apply --server-side --dry-run=server -f CHANGED", "apply --server-side -f CHANGED --field-manager=other"),
        *("apply --prune -l app=web -f MANIFEST", "label -f MANIFEST a=b --overwrite", "annotate -f MANIFEST a=b c-"),
        *("label deploy web app-", "edit deploy web", "get -f MANIFEST -o yaml --show-managed-fields"),
        *("delete -f MANIFEST --dry-run=server", "delete -f MANIFEST --cascade=foreground --wait=false"),
        *("delete -f MANIFEST --ignore-not-found", "get -f MANIFEST"),
    ),
    "make": (
        *("create quota q --hard=pods=9", "create cronjob c --image=y --schedule=@hourly", "describe quota q"),
        *("create ingress i --rule=a.example/*=web:80", "create pdb p --selector=a=b --min-available=1"),
        *("create service clusterip s --tcp=80", "create service nodeport n --tcp=80:8080", "describe svc n"),
        *("create service externalname e --external-name=a.example", "create service loadbalancer l --tcp=80"),
        *("create secret tls t --cert=none --key=none", "create secret docker-registry c --docker-username=a"),
        *("create secret docker-registry d --docker-username=a --docker-password=b", "describe ingress i"),
        *("create job j --from=cronjob/c", "create job k --image=y -- sh -c true", "describe pdb p", "get cronjob,job"),
        *(
            "create configmap f --from-file=MANIFEST --append-hash",
            "describe cronjob c",
            "get ing,pdb,svc,secret,quota",
        ),
        *("run p --image=y --labels=a=b --env=A=b --port=80", "run q --image=y --dry-run=server -o yaml"),
        *("expose pod p --port=80 --name=x", "logs p", "exec p -- true", "cp p:/a /tmp/b", "attach p", "top pod"),
        *("delete pod p --grace-period=0 --force", "delete svc,secret,ing --all", "delete cm -l a=b", "delete job j k"),
    ),
    "look": (
        *("api-resources", "api-resources --api-group=apps -o wide", "api-versions", "cluster-info", "version -o json"),
        *("create configmap a --from-literal=k=v", "create configmap b --from-literal=k=w", "get cm --chunk-size=1"),
        *("get cm a b", "get cm a c", "get cm -o yaml", "get cm -o json", "get cm --sort-by=.metadata.name"),
        *("get cm -o custom-columns=N:.metadata.name", "get cm -l k=v,a!=b", "get cm --field-selector=metadata.name=a"),
        *("get cm --field-selector=data.k=v", "get cm --show-labels --no-headers", "get cm -L a", "get cm a -w=false"),
        *("describe cm", "get all,cm,secret", "get --raw /healthz", "get --raw /readyz", "get --raw /apis/apps/v1"),
        *("get crd components.fairlead.dev", "get components", "explain component.spec.source", "explain hpa.spec"),
        *("explain deployment --recursive", "explain service.spec.ports", "explain nothing", "get deployments.v1.apps"),
        *("get events --field-selector=type=Warning", "events", "get cm -w --request-timeout=1s", "get sa,pvc,netpol"),
        *(
            "describe ns kube-system",
            "get priorityclass,storageclass",
            "get clusterrole view -o yaml",
            "wait cm a --for=delete --timeout=1s",
        ),
        *("wait cm/a --for=jsonpath={.data.k}=v", "wait cm/a --for=create", "delete cm a b", "wait cm/a --for=delete"),
    ),
    "rule": (
        *("create clusterrole recorded-r --verb=list --resource=pods", "auth can-i list pods --as=carol"),
        *("create clusterrolebinding recorded-r --clusterrole=recorded-r --user=carol", "auth can-i --list --as=carol"),
        *("auth can-i list pods --as=carol", "auth can-i get /healthz --as=carol", "auth reconcile -f RIGHTS"),
        *("auth reconcile -f RIGHTS",),
        *("auth can-i delete deploy/web --subresource=scale --as=carol", "auth can-i use nothings --as=carol"),
        *("auth whoami --as=carol --as-group=b -o yaml", "create role w --verb=* --resource=* --as=carol"),
        *("create rolebinding v --clusterrole=view --serviceaccount=default:z", "set subject rolebinding/v --user=d"),
        *("describe clusterrole view", "describe rolebinding v", "delete clusterrolebinding,clusterrole recorded-r"),
    ),
    "nodes": (
        *("create -f NODE", "get nodes -o wide", "describe node recorded-n", "cordon recorded-n"),
        *("taint node recorded-n a=b:NoSchedule", "taint node recorded-n a-", "label node recorded-n a=b"),
        *("create -f BOUND", "create pdb p --selector=a=b --max-unavailable=0", "get pods -o wide --all-namespaces"),
        *("drain recorded-n --force --timeout=2s --grace-period=0", "delete pdb p", "uncordon recorded-n"),
        *("drain recorded-n --force --timeout=2s --grace-period=0", "delete pod b --grace-period=0 --force"),
        *("delete node recorded-n", "get node recorded-n"),
    ),
}
"""Longer ones. They are recorded, and what kubectl asked is what is compared."""


def furnish(home: Path) -> None:
    """Write the files."""
    home.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (home / name).write_text(text)
