"""How the page looks, is named and is reached, and what there is of it without scripts."""

import pathlib

from page_case import PageTest, browser, expected, folder, server

LABELS = """[...document.querySelectorAll("button, input, select, textarea, output, a, summary, progress, [tabindex]")]
  .filter(element => element.checkVisibility())
  .filter(element => !(element.getAttribute("aria-label") || element.labels?.length || element.textContent.trim()))
  .map(element => element.outerHTML)"""

# Of each visible piece of text whether it is easy to read: WCAG 2's contrast with what is behind it, 3 for large letters.
CONTRASTS = """(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
  const ground = element => element === null ? [255, 255, 255] : over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  const light = colour => colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility({ opacityProperty: true }) || element.matches(":disabled, option, #mirror, .unseen")) continue;
    const style = getComputedStyle(element), behind = ground(element);
    const [a, b] = [light(over(rgba(style.color), behind)), light(behind)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < (large ? 3 : 4.5)) poor.push(`${element.tagName} ${element.textContent.trim().slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return poor;
})()"""


class Looks(PageTest):
    def fill(self):
        """Shows all that there is to show, with words longer than a telephone is wide."""
        self.choose("#source", "en")
        self.write_and_wait("old dog " + "drinks" * 30 + "\ngreen tree never")
        browser.click("#glossary-box summary")
        path = pathlib.Path(folder.name, "a_file_with_a_name_that_is_much_longer_than_a_telephone_is_wide.txt")
        path.write_text("old dog\n")
        browser.give_files("#file", path)
        browser.wait_for("document.querySelector('#files a')")
        browser.click(".line:nth-child(2) .word")
        browser.wait_for("document.querySelectorAll('#alternatives button').length > 0")

    def test_nothing_is_wider_than_a_telephone(self):
        browser.window(360, 740, mobile=True)
        self.fill()
        self.assertEqual(browser.evaluate("[document.documentElement.scrollWidth, visualViewport.width]"), [360, 360])
        box = browser.evaluate("(box => [box.left, box.right])(document.querySelector('#alternatives').getBoundingClientRect())")
        self.assertTrue(box[0] >= 0 and box[1] <= 360, box)

    def test_every_control_has_a_name(self):
        self.fill()
        self.assertEqual(browser.evaluate(LABELS), [])
        for node in browser.call("Accessibility.getFullAXTree")["nodes"]:
            if node.get("role", {}).get("value") in ("button", "textbox", "combobox", "checkbox", "link", "progressbar", "dialog", "status"):
                if node["role"]["value"] == "status" and not node.get("name", {}).get("value"):
                    continue  # says what it has to say
                self.assertTrue(node["name"]["value"], node)

    def test_text_can_be_read_in_both_colours(self):
        self.fill()
        for colours in ("light", "dark"):
            browser.colours(colours)
            self.assertEqual(browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"), colours == "dark")
            browser.listen(0.3)
            self.assertEqual(browser.evaluate(CONTRASTS), [], colours)

    def test_colours_are_chosen_and_remembered(self):
        ground = "getComputedStyle(document.body).backgroundColor"
        light = browser.evaluate(ground)
        browser.click("#dark")
        dark = browser.evaluate(ground)
        self.assertNotEqual(light, dark)
        self.open()
        self.assertEqual(browser.evaluate(ground), dark)
        browser.click("#dark")
        self.assertEqual(browser.evaluate(ground), light)

    def test_the_tab_key_visits_everything_and_shows_where_it_is(self):
        self.choose("#source", "en")
        self.write_and_wait("old dog")
        browser.evaluate("document.querySelector('h1').tabIndex = -1; document.querySelector('h1').focus()")
        visited = []
        for _ in range(14):
            browser.press("Tab")
            visited.append(browser.evaluate("document.activeElement.id || document.activeElement.className || document.activeElement.tagName"))
            if visited[-1] not in ("BODY",):
                self.assertTrue(browser.evaluate("""(element => getComputedStyle(element).outlineStyle !== "none" ||
                    getComputedStyle(element.closest(".pane")).outlineStyle !== "none")(document.activeElement)"""), visited)
        order = ["keys-button", "dark", "source", "swap", "target", "text", "open", "clear"]
        self.assertEqual(visited[:len(order)], order)
        self.assertTrue(visited[len(order)].startswith("word"), visited)
        self.assertEqual(visited[len(order) + 1:len(order) + 4], ["copy", "shade", "SUMMARY"])

    def test_shortcuts(self):
        self.choose("#source", "en")
        self.write_and_wait("old dog")
        browser.evaluate("document.activeElement.blur()")
        browser.press("?")
        browser.wait_for("document.querySelector('#keys').matches(':popover-open')")
        browser.press("Escape")
        browser.wait_for("!document.querySelector('#keys').matches(':popover-open')")
        browser.press("/")
        self.assertEqual(browser.evaluate("document.activeElement.id"), "text")
        self.assertEqual(browser.evaluate("document.querySelector('#text').value"), "old dog")
        browser.press("S", "Control", "Shift")
        self.assertEqual(browser.evaluate("document.querySelector('#source').value"), "de")


class WithoutScripts(PageTest):
    def test_a_form_translates(self):
        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.window(360, 740, mobile=True)
        browser.open(server.url)
        browser.click("#text")
        browser.type("old dog & <b>\n\ngreen tree")
        loads = browser.loads
        browser.click("#submit")
        browser.wait_for_load(loads)
        self.assertEqual(browser.evaluate("document.querySelector('#text').value"), "old dog & <b>\n\ngreen tree")
        self.assertEqual(browser.evaluate("document.querySelector('#translation').textContent"),
                         expected(["old dog & <b>", "", "green tree"]))
        self.assertEqual(browser.evaluate("document.querySelector('#target').value"), "de")
        self.assertEqual(browser.evaluate("document.documentElement.scrollWidth"), 360)
        visible = browser.evaluate("[...document.querySelectorAll('button, input, summary')].filter(e => e.checkVisibility()).map(e => e.id)")
        self.assertEqual(visible, ["submit"])
