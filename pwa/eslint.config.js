import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/contracts/api.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.{ts,vue}'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      'no-undef': 'off', // TypeScript knows the names better.
      'vue/html-self-closing': ['error', { html: { void: 'always' } }], // As every formatter of Vue files writes it.
      'vue/max-attributes-per-line': 'off', // Line length decides, not a count.
      'vue/singleline-html-element-content-newline': 'off', // A short element stays on its line.
      'vue/no-v-html': 'error',
    },
  },
  { files: ['public/**/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['**/*.{cjs,mjs}'], languageOptions: { globals: globals.node } },
)
