// Suggestions below the field of the top bar: a list that keys and a pointer choose from.
const field = document.getElementById("find");
const list = document.getElementById("find-list");
const status = field.form.querySelector("[role=status]");
const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function show(isWanted) {
  const count = options().length;
  list.hidden = !(isWanted && count && field.value.trim());
  field.setAttribute("aria-expanded", String(!list.hidden));
  status.textContent = list.hidden ? "" : `${count} suggestions`;
  choose(null);
}

function move(step) {
  if (list.hidden) return show(true);
  const every = options();
  const at = every.indexOf(chosen());
  return choose(every.at((at < 0 ? Math.min(step, 0) : at + step) % every.length) ?? every[0]);
}

field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && !list.hidden && chosen()) chosen().click();
  else if (event.key === "Escape" && !list.hidden) show(false); // a second one empties the field
  else return;
  event.preventDefault();
});
field.addEventListener("input", () => { if (!field.value.trim()) show(false); });
field.addEventListener("focus", () => show(true));
field.form.addEventListener("focusout", (event) => { if (!field.form.contains(event.relatedTarget)) show(false); });
list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
document.addEventListener("htmx:after:swap", () => { if (document.activeElement === field) show(true); });
show(document.activeElement === field);
