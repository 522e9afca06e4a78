"""Ten fingers on the phone's pages: keys, and what holds the focus after each."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.phone import FieldPhone

# What has the focus: whether it is marked, whether any of it can be seen, and what the point around it still lacks.
STOP = """() => {
  const here = document.activeElement
  if (!here || here === document.body) return { lost: true }
  const point = here.closest('article.point')
  const around = [here, here.closest('label'), here.parentElement].filter(Boolean)
  const ringed = (one) => { const look = getComputedStyle(one)
    return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2 }
  const typed = here.matches('textarea, input:not([type=checkbox], [type=radio], [type=file])')
  const box = here.getBoundingClientRect()
  const seen = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(([x, y]) => {
    const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)
    return top && (here.contains(top) || top.contains(here) || here.closest('label')?.contains(top)) })
  return { testid: here.dataset.testid ?? '', tag: here.tagName, ringed: typed || around.some(ringed), seen,
           pressed: here.ariaPressed, empty: typed && !here.value,
           y: Math.round(box.top + scrollY), point: point?.id.slice(6) ?? '',
           todo: point?.querySelector('.todo')?.textContent.trim() ?? '', html: here.outerHTML.slice(0, 160) }
}"""


class Keyboard:
    """Ten fingers, no mouse."""

    def __init__(self, phone: FieldPhone) -> None:
        self.page, self.get = phone.page, phone.get

    def stop(self) -> dict[str, Any]:
        """What has the focus now."""
        return dict(self.page.evaluate(STOP))

    def tab(self, key: str = "Tab") -> dict[str, Any]:
        """To the next stop, which shows itself."""
        self.page.keyboard.press(key)
        here = self.stop()
        if not here.get("lost"):
            assert here["ringed"], f"no mark of the focus: {here['html']}"
            assert here["seen"], f"the focus is hidden: {here['html']}"
        return here

    def to(self, testid: str, key: str = "Tab") -> dict[str, Any]:
        """Tab on until there; the end of the page may be passed once."""
        ends = 0
        for _ in range(500):
            here = self.stop()
            if here.get("testid") == testid:
                return here
            ends += bool(self.tab(key).get("lost"))
            assert ends < 3, f"{testid} cannot be reached"
        raise AssertionError(f"no way to {testid}")

    def press(self, key: str = "Enter") -> dict[str, Any]:
        """Press, and the focus is somewhere afterwards."""
        self.page.keyboard.press(key)
        return self.held()

    def held(self) -> dict[str, Any]:
        """What has the focus once it has settled."""
        self.page.wait_for_function("() => document.activeElement !== document.body", timeout=3000)
        return self.stop()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def opens(self, dialog: str, key: str = "Enter") -> None:
        """Press: a sheet opens and takes the focus."""
        self.page.keyboard.press(key)
        self.get(dialog).wait_for()
        self.page.wait_for_function(
            "(id) => document.querySelector(`[data-testid='${id}']`)?.contains(document.activeElement)", arg=dialog
        )

    def leaves(self, dialog: str, back: str, key: str = "Escape") -> None:
        """The sheet closes and the focus is where it was."""
        self.page.keyboard.press(key)
        expect(self.get(dialog)).to_have_count(0)
        expect(self.get(back)).to_be_focused()

    def page_opens(self, path: str) -> None:
        """Press: another page, its title has the focus."""
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(path)
        expect(self.page.locator("h1")).to_be_focused()
