"""Rules of Prometheus as a template of Azure Resource Manager (Microsoft.AlertsManagement/prometheusRuleGroups)."""

import re

from .failure import Failure

MOST = 20  # rules in a group, says Azure
SEVERITY = {"critical": 0, "warning": 2}
UNITS = {"s": "S", "m": "M", "h": "H"}


def period(text):
    """15m as ISO 8601: PT15M."""
    found = re.fullmatch(r"(\d+)([smh])", text)
    if not found:
        raise Failure(f"a period of '{text}' is not a number of s, m or h")
    return f"PT{found[1]}{UNITS[found[2]]}"


def literal(value):
    """A template takes a text that begins with [ for an expression."""
    return "[" + value if value.startswith("[") else value


def texts(of):
    return {name: literal(value) for name, value in of.items()}


def azure_rule(rule):
    made = {"expression": literal(rule["expr"]), "enabled": True, "labels": texts(rule.get("labels", {}))}
    if "record" in rule:
        return {"record": rule["record"], **made}
    made |= {
        "annotations": texts(rule["annotations"]),
        "severity": SEVERITY[rule["labels"]["severity"]],
        "resolveConfiguration": {"autoResolved": True, "timeToResolve": "PT10M"},
        "actions": [{"actionGroupId": "[parameters('actionGroup')]"}],
    }
    if "for" in rule:
        made["for"] = period(rule["for"])
    return {"alert": rule["alert"], **made}


def azure_group(group):
    rules = [azure_rule(r) for r in group["rules"] if r.get("labels", {}).get("severity") != "none"]
    if len(rules) > MOST:
        raise Failure(f"group {group['name']} has {len(rules)} rules, Azure takes {MOST}")
    return {
        "type": "Microsoft.AlertsManagement/prometheusRuleGroups",
        "apiVersion": "2023-03-01",
        "name": group["name"],
        "location": "[parameters('location')]",
        "properties": {
            "interval": "PT1M",
            "enabled": True,
            "clusterName": "[parameters('cluster')]",
            "scopes": ["[parameters('workspace')]"],
            "rules": rules,
        },
    }


def template(documents):
    groups = [g for d in documents if d and d["kind"] == "PrometheusRule" for g in d["spec"]["groups"]]
    resources = [azure_group(g) for g in groups]
    parameters = {name: {"type": "string"} for name in ("workspace", "cluster", "actionGroup")}
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters | {"location": {"type": "string", "defaultValue": "[resourceGroup().location]"}},
        "resources": [r for r in resources if r["properties"]["rules"]],
    }
