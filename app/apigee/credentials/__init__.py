"""How the portal proves to Apigee who it is: one module per kind, one keeper of tokens."""

from app.apigee.credentials.basic import Basic
from app.apigee.credentials.kind import Credentials
from app.apigee.credentials.metadata import Metadata
from app.apigee.credentials.oauth import EdgeOAuth
from app.apigee.credentials.service_account import ServiceAccount

__all__ = ["Basic", "Credentials", "EdgeOAuth", "Metadata", "ServiceAccount"]
