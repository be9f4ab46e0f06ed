import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "eslint.config.js"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Lit calls the listeners in its templates with their element as `this`.
      "@typescript-eslint/unbound-method": "off",
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text reaches the page only through templates." },
        { property: "outerHTML", message: "Text reaches the page only through templates." },
        { property: "insertAdjacentHTML", message: "Text reaches the page only through templates." },
      ],
      "max-lines": ["error", { max: 320, skipBlankLines: true, skipComments: true }],
    },
  },
  // One file per language: a list, not code.
  // A room without words of its own yet is an empty list.
  { files: ["shared/words/*.ts"], rules: { "max-lines": "off", "@typescript-eslint/no-generated-empty-object-type": "off" } },
);
