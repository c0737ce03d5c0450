// What HTML and htmx cannot do alone: toasts, the confirm dialog, copying, hiding secrets, filtering a list.
const SECRET_SHOWN_FOR = 30_000; // milliseconds
const TOAST_SHOWN_FOR = 6_000; // milliseconds
const UNREACHABLE = "The portal could not be reached. Check your connection, then reload the page to see what was done.";
const FAILED = "The portal could not do that. Try again in a minute.";

const within = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

// --- Toasts ---------------------------------------------------------------------------------------

function leaveLater(note) {
  if (["success", "info"].includes(note.dataset.category)) setTimeout(() => note.remove(), TOAST_SHOWN_FOR);
}

function toast(message, category) {
  const note = document.createElement("div");
  note.className = "note";
  note.dataset.category = category;
  const text = document.createElement("p");
  text.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain compact";
  close.dataset.dismiss = "";
  close.textContent = "Close";
  note.append(text, close);
  document.getElementById("toasts")?.append(note);
  leaveLater(note);
}

document.addEventListener("toast", (event) => {
  for (const item of event.detail.items ?? []) toast(item.message, item.category);
});
document.addEventListener("htmx:response:error", (event) => {
  const { headers, status } = event.detail.ctx.response;
  const answered = headers.has("HX-Trigger") || headers.has("HX-Redirect") || [409, 422].includes(status);
  if (!answered) toast(FAILED, "error");
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) toast(UNREACHABLE, "error");
});

// --- Confirm dialog -------------------------------------------------------------------------------

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const dialog = document.getElementById("confirm");
  if (!ctx.confirm || !dialog) return;
  event.preventDefault();
  const submitter = ctx.sourceEvent?.submitter;
  const yes = dialog.querySelector("[data-answer=yes]");
  const [title, ...text] = ctx.confirm.split("\n");
  dialog.querySelector("#confirm-title").textContent = title;
  dialog.querySelector("#confirm-text").textContent = text.join(" ");
  yes.textContent = submitter?.textContent.trim() || "Continue";
  yes.className = submitter?.className.includes("danger") ? "danger" : "";
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest()), { once: true });
  dialog.showModal();
});

// --- Secrets --------------------------------------------------------------------------------------

function hide(secret) {
  const had = secret.contains(document.activeElement);
  secret.dataset.state = "hidden";
  secret.querySelector(".secret-value").textContent = secret.dataset.mask;
  if (had) secret.querySelector("[name=value]").focus();
}

function startTimers() {
  for (const secret of document.querySelectorAll("form.secret[data-state=shown]:not([data-timer])")) {
    secret.dataset.timer = setTimeout(() => hide(secret), SECRET_SHOWN_FOR);
  }
}

function keepShowing(button) {
  const secret = button.closest(".secret");
  clearTimeout(Number(secret.dataset.timer));
  secret.querySelector("[data-countdown]").textContent = "Shown until you leave this page.";
  secret.querySelector("[data-copy]").focus();
  button.remove();
}

// --- Copying --------------------------------------------------------------------------------------

function copied(button) {
  const label = button.querySelector("span");
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = "Copy"; }, 2_000);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    copied(button);
  } catch {
    toast("The browser did not allow copying. Select the text and copy it by hand.", "warning");
  }
}

// What a secret's form answers, asked as htmx asks; undefined where the person was told why not.
async function asked(form, which) {
  const body = new URLSearchParams(new FormData(form));
  body.set("value", which);
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => toast(UNREACHABLE, "error"));
  if (!answer) return undefined;
  if (answer.headers.has("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const value = answer.ok && page.querySelector(".secret-value")?.textContent;
  if (value) return value;
  const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast?.items;
  for (const item of told ?? [{ message: FAILED, category: "error" }]) toast(item.message, item.category);
  return undefined;
}

// From the answer to the clipboard: the value is never in the page. Browsers want the promise at once.
async function copyHidden(button) {
  const value = asked(button.form, button.dataset.copyHidden);
  const text = value.then((found) => found ? new Blob([found], { type: "text/plain" }) : Promise.reject(new Error("none")));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    copied(button);
  } catch {
    if (await value) toast("The browser did not allow copying. Show the value and copy it by hand.", "warning");
  }
}

// --- Filtering a list that is already on the page -------------------------------------------------

function filter(field) {
  const list = document.getElementById(field.dataset.filter);
  const empty = document.getElementById(`${field.dataset.filter}-empty`);
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of list.children) {
    const text = item.textContent.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  const none = [...list.children].every((item) => item.hidden);
  list.hidden = none;
  empty.textContent = none ? empty.dataset.text : "";
}

// --- What is typed and not saved yet, while another form's answer takes the place of the fields ---

let unsaved = [];
// An attribute's number is not its own: the name that its form holds is.
const unsavedKey = (field) => JSON.stringify([field.form.action, field.form.elements.namedItem("name")?.value, field.name]);
const unsavedFields = () => document.querySelectorAll("form[data-restores] input");

function keepUnsaved(sent) {
  const fields = [...unsavedFields()].filter((field) => field.form !== sent && field.value !== field.defaultValue);
  unsaved = fields.map((field) => [unsavedKey(field), field.value]);
}

function giveUnsavedBack() {
  const kept = new Map(unsaved);
  for (const field of unsavedFields()) {
    if (kept.has(unsavedKey(field))) field.value = kept.get(unsavedKey(field));
  }
}

// --- The search of the top bar; the script of its suggestions comes when somebody is about to search

const find = document.getElementById("find");
if (find) {
  const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "find-list", "aria-expanded": "false" };
  for (const [name, value] of Object.entries(combobox)) find.setAttribute(name, value);
  find.addEventListener("focus", () => import(find.dataset.script).catch(() => toast(UNREACHABLE, "error")), { once: true });
}

function toTheSearch(event) {
  // A letter alone would be in the way of people who speak to their computer.
  const asked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
  if (!asked || within(event, "dialog") || !find?.checkVisibility()) return;
  event.preventDefault();
  find.focus();
  find.select();
}

// --- Wiring ---------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  within(event, "[data-dismiss]")?.closest(".note").remove();
  within(event, "[data-answer]")?.closest("dialog").close(within(event, "[data-answer]").dataset.answer);
  const copier = within(event, "[data-copy]");
  if (copier) copy(copier);
  const hidden = within(event, "[data-copy-hidden]");
  if (hidden) copyHidden(hidden);
  const keeper = within(event, "[data-keep]");
  if (keeper) keepShowing(keeper);
});
document.addEventListener("input", (event) => {
  const field = within(event, "[data-filter]");
  if (field) filter(field);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && within(event, "[data-filter]")) event.preventDefault();
  if (event.key === "Escape") within(event, "form[data-restores]")?.reset();
  toTheSearch(event);
});
document.addEventListener("htmx:before:swap", (event) => keepUnsaved(event.detail.ctx.sourceElement));
document.addEventListener("htmx:after:swap", () => {
  giveUnsavedBack();
  startTimers();
});
window.addEventListener("pagehide", () => { // a browser may keep the page for Back
  document.querySelectorAll("form.secret[data-state=shown]").forEach(hide);
  for (const once of document.querySelectorAll("[data-forget]")) once.textContent = "Hidden when you left this page.";
});
startTimers();
document.querySelectorAll("#toasts .note").forEach(leaveLater);
