// How the screens look: the person's choice, or what the device asks for. A file of its own, loaded ahead of the
// program, so that nothing flashes in the wrong colours; src/ui/appearance.ts keeps the choice.
;(() => {
  const root = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const contrast = matchMedia('(prefers-contrast: more)')

  function chosen() {
    try {
      return JSON.parse(localStorage.getItem('suicha.appearance')) ?? {}
    } catch {
      return {}
    }
  }

  function apply() {
    const { theme = 'auto', contrast: strength = 'auto', text = 'normal' } = chosen()
    root.dataset.theme = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme
    root.dataset.contrast = strength === 'auto' ? (contrast.matches ? 'high' : 'normal') : strength
    root.dataset.text = text
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.media = meta.dataset.theme === root.dataset.theme ? 'all' : 'not all'
    }
  }

  apply()
  dark.addEventListener('change', apply)
  contrast.addEventListener('change', apply)
  // Another tab, and this one.
  addEventListener('storage', apply)
  addEventListener('suicha:appearance', apply)
})()
