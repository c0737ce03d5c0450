// The provider's own pages: plain HTML, one style sheet, no script.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text ?? "").replace(/[&<>"']/g, (found) => escapes[found]);

export const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

const page = (title, content) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Company sign-in</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<p class="brand">Company sign-in <span>demo</span></p>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`;

const alert = (text) => (text ? `<p class="error" id="problem" role="alert">${escape(text)}</p>` : "");

/** The form; `problem` is the sentence about what went wrong with the last try. */
export const signIn = ({ action, login = "", problem = "", again = false }) => {
  const wrong = problem ? ' aria-invalid="true" aria-describedby="problem"' : "";
  return page(
    again ? "Confirm that it is you" : "Sign in",
    `${alert(problem)}
<form method="post" action="${escape(action)}">
<label for="login">Login</label>
<input id="login" name="login" value="${escape(login)}" autocomplete="username" autocapitalize="none"
 spellcheck="false" required${login ? "" : " autofocus"}${wrong}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 required${login ? " autofocus" : ""}${wrong}>
<button type="submit">Sign in</button>
</form>
<p class="hint">Sample people: dana, ravi, ada, sam, ines, eve. The password is demo.</p>`,
  );
};

/** Asked only when nobody vouches for the request with an id_token of this session. */
export const confirmSignOut = (form) =>
  page(
    "Sign out here too?",
    `<p>You are still signed in at the company sign-in.</p>
${form}
<p class="actions"><button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button class="quiet" type="submit" form="op.logoutForm">Stay signed in</button></p>`,
  );

export const signedOut = (portal) =>
  page("You are signed out", `<p><a href="${escape(portal)}/">Go to the developer portal</a></p>`);

export const failed = ({ error, error_description: text }) =>
  page(
    "This sign-in cannot go on",
    `${alert(text ?? error)}<p>Go back to the site you came from and start again. <small>${escape(error)}</small></p>`,
  );

export const style = `
:root { color-scheme: light dark; --text: light-dark(#1b2430, #e6eaf0); --muted: light-dark(#566173, #a5b0c0);
  --page: light-dark(#eef1f5, #10151c); --card: light-dark(#fff, #19212b); --line: light-dark(#7c8798, #76839a);
  --accent: light-dark(#1f4fa8, #8ab4ff); --on-accent: light-dark(#fff, #0d1524);
  --bad: light-dark(#9b1c1c, #ff9d97); --bad-tint: light-dark(#fdecec, #3a1d1f); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(24rem, 100vw - 2rem); padding: 2rem; background: var(--card); border-radius: 8px;
  box-shadow: 0 1px 3px rgb(0 0 0 / 25%); }
.brand { margin: 0; color: var(--muted); font-weight: 600; }
.brand span { font-weight: 400; }
h1 { margin: .25rem 0 1.25rem; font-size: 1.5rem; line-height: 1.2; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { width: 100%; min-height: 44px; margin-top: .25rem; padding: .5rem .75rem; font: inherit;
  color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px; }
button { width: 100%; min-height: 44px; margin-top: 1.5rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; cursor: pointer; }
button.quiet { margin-top: .75rem; color: var(--accent); background: transparent; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
.error { padding: .75rem 1rem; color: var(--bad); background: var(--bad-tint); border-radius: 8px; }
.hint, small { color: var(--muted); font-size: .875rem; }
.hint { margin: 1.5rem 0 0; }
`;
