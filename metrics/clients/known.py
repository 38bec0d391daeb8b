"""Every host there is a module for. A new host is a module with the face of `metrics.clients` and a line here."""

from types import ModuleType

from metrics.clients import azure, bitbucket, gitea, github, gitlab
from metrics.clients.hosts import HostKind

CLIENTS: dict[HostKind, ModuleType] = {
    HostKind.GITHUB: github,
    HostKind.GITLAB: gitlab,
    HostKind.GITEA: gitea,
    HostKind.BITBUCKET: bitbucket,
    HostKind.AZURE: azure,
}


def client_of(kind: str) -> ModuleType:
    return CLIENTS[HostKind(kind)]
