import js from "@eslint/js";

const named = (...names) => Object.fromEntries(names.map((name) => [name, "readonly"]));

const rules = {
  eqeqeq: "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "no-var": "error",
  "prefer-const": "error",
};

export default [
  { ignores: ["static/vendor/", "node_modules/", "var/", ".venv/"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules },
  {
    files: ["static/js/**/*.js"],
    languageOptions: {
      globals: named(
        "Blob", "CSS", "ClipboardItem", "CustomEvent", "DOMParser", "Element", "Event", "FormData",
        "HTMLElement", "IntersectionObserver", "MutationObserver", "URL", "URLSearchParams", "clearInterval", "clearTimeout", "console",
        "document", "fetch", "history", "htmx", "location", "navigator", "performance",
        "requestAnimationFrame", "setInterval", "setTimeout", "window",
      ),
    },
    // One script that a page loads: nothing is imported, nothing is printed.
    rules: { "no-console": "error" },
  },
  {
    files: ["demo/**/*.mjs", "tests/**/*.mjs", "eslint.config.js"],
    languageOptions: {
      globals: named("Buffer", "URL", "URLSearchParams", "console", "fetch", "process", "structuredClone"),
    },
  },
];
