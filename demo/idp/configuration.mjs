// How the provider is set up: one client (the portal), no consent screen, PKCE always.

import { interactionPolicy } from "oidc-provider";

import * as pages from "./pages.mjs";

/** What this provider can vouch for; `mfa` is pretended, to try step-up against. */
export const acrValues = ["pwd", "mfa"];

const HOUR = 3600;
const DAY = 24 * HOUR;

/** How the client proves who it is: by its secret, or by what its own key has signed. */
const proof = ({ clientSecret, clientKeys }) =>
  clientKeys
    ? { token_endpoint_auth_method: "private_key_jwt", jwks: clientKeys }
    : { client_secret: clientSecret };

const portalClient = ({ portal, providerName, clientId, ...rest }) => ({
  client_id: clientId,
  ...proof(rest),
  client_name: "Developer portal",
  redirect_uris: [`${portal}/auth/${providerName}/callback`],
  post_logout_redirect_uris: [`${portal}/`, portal, `${portal}/sign-in`, `${portal}/signed-out`],
  backchannel_logout_uri: `${portal}/auth/${providerName}/backchannel-logout`,
  backchannel_logout_session_required: true,
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  require_auth_time: true,
});

const policy = () => {
  const { Check, base } = interactionPolicy;
  const prompts = base();
  const login = prompts.get("login");
  // A session of somebody who has been disabled since is no session.
  login.checks.add(
    new Check("account_gone", "the person cannot sign in any more", ({ oidc }) =>
      Boolean(oidc.session.accountId && !oidc.account),
    ),
  );
  // Asking for an acr means asking for it: sign in again when the session is weaker.
  login.checks.add(
    new Check("acr_values", "a stronger sign-in is required", ({ oidc }) => {
      const wanted = (oidc.params.acr_values ?? "").split(" ").filter((acr) => acrValues.includes(acr));
      return wanted.length > 0 && !wanted.includes(oidc.session.acr);
    }),
  );
  return prompts;
};

/** No consent screen: what is asked for is granted, and remembered for the session. */
const grantWhatIsAsked = async ({ oidc }) => {
  const { Grant } = oidc.provider;
  const clientId = oidc.client.clientId;
  const known = oidc.session.grantIdFor(clientId);
  const found = known && (await Grant.find(known));
  const grant = found || new Grant({ accountId: oidc.session.accountId, clientId });
  grant.addOIDCScope(oidc.params.scope);
  grant.addOIDCClaims([...oidc.requestParamClaims]);
  await grant.save();
  return grant;
};

const html = (body) => (ctx) => {
  ctx.set(pages.headers);
  ctx.body = body(ctx);
};

export const configuration = ({ people, store, keys, client }) => ({
  adapter: store.adapter,
  jwks: keys.jwks,
  clients: [portalClient(client)],
  findAccount: (_ctx, sub) => people.account(sub),
  acrValues,
  claims: {
    openid: ["sub", "acr", "amr"],
    email: ["email", "email_verified"],
    profile: ["name", "given_name", "family_name", "preferred_username"],
    groups: ["groups"],
    auth_time: null,
    iss: null,
    sid: null,
  },
  scopes: ["openid", "offline_access", "profile", "email", "groups"],
  conformIdTokenClaims: false,
  // Cookies know no ports: names of its own keep them apart from the portal's.
  cookies: {
    keys: keys.cookies,
    names: { session: "idp_session", interaction: "idp_interaction", resume: "idp_resume" },
    long: { httpOnly: true, sameSite: "lax", signed: true },
    short: { httpOnly: true, sameSite: "lax", signed: true },
  },
  pkce: { required: () => true },
  // With every sign-in; without offline_access it dies with the session at the provider.
  issueRefreshToken: async (_ctx, asking) => asking.grantTypeAllowed("refresh_token"),
  rotateRefreshToken: true,
  loadExistingGrant: grantWhatIsAsked,
  interactions: { policy: policy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
  clientBasedCORS: () => false,
  // The portal is on loopback, which the library's own guard refuses to call.
  fetch: (url, { dispatcher: _guard, ...options }) => fetch(url, options),
  renderError: (ctx, out) => html(() => pages.failed(out))(ctx),
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, by, token) => token.clientId === by.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => html(() => pages.confirmSignOut(form))(ctx),
      postLogoutSuccessSource: html(() => pages.signedOut(client.portal)),
    },
  },
  ttl: {
    AccessToken: HOUR,
    AuthorizationCode: 60,
    Grant: 14 * DAY,
    IdToken: HOUR,
    Interaction: HOUR,
    RefreshToken: DAY,
    Session: 14 * DAY,
  },
});
