"""The page of `dragoman serve` in a real browser. usage: page_test.py DRAGOMAN [unittest's arguments]

Ends with 77 where there is no Chromium: ctest counts that as skipped.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import chromium
import tiny_models

DRAGOMAN = sys.argv.pop(1)
EMPTY = "document.querySelector('#translation').textContent === ''"
WHOLE = "document.querySelectorAll('.line').length > 0 && !document.querySelector('.line.pending')"
TRANSLATION = "[...document.querySelectorAll('.line')].map(line => line.textContent).join('\\n')"


class Server:
    """A running `dragoman serve`, at `url`."""

    def __init__(self, models):
        words = [word for model in models for word in ("--model", model)]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([DRAGOMAN, "serve", *words, "--port", "0"], stdout=subprocess.DEVNULL, stderr=self.log)
        end = time.monotonic() + 60
        while not (found := re.search(r"listening on (http://\S+)", self.said())):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start: {self.said()}")
            time.sleep(0.02)
        self.url = found[1].rstrip("/") + "/"

    def said(self):
        # Read beside the position at which the server writes.
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def setUpModule():
    global folder, models, server, browser
    folder = tempfile.TemporaryDirectory(prefix="dragoman-page-")
    unittest.addModuleCleanup(folder.cleanup)
    models = tiny_models.make(DRAGOMAN, folder.name)
    server = Server(models)
    unittest.addModuleCleanup(server.process.kill)
    browser = chromium.Browser(chromium.find())
    unittest.addModuleCleanup(browser.close)


def tearDownModule():
    code = server.stop()
    if code != 0:
        raise AssertionError(f"the server ended with {code}: {server.said()}")


def expected(lines, model=0, *options):
    """The translations of lines, joined as they are on the page."""
    return "\n".join(line["translations"][0]["text"] for line in tiny_models.translate(DRAGOMAN, models[model], lines, *options))


class PageTest(unittest.TestCase):
    """Each test begins on a page that nothing is remembered of, and ends with one that has nothing to complain of."""

    def setUp(self):
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
        browser.call("Fetch.disable")
        browser.window(1280, 800)
        browser.colours("light")
        browser.call("Storage.clearDataForOrigin", origin=server.url, storageTypes="all")
        browser.requests.clear()
        browser.complaints.clear()
        self.expected_complaints = 0
        self.open()

    def tearDown(self):
        self.assertEqual(len(browser.complaints), self.expected_complaints, browser.complaints)
        for url, _ in browser.requests:
            self.assertTrue(url.startswith((server.url, f"blob:{server.url}", "about:blank")), url)

    def open(self):
        browser.open(server.url)
        browser.wait_for("document.querySelector('#text').placeholder.includes('drop')")  # the script has begun

    def write(self, text):
        browser.evaluate("document.querySelector('#text').select()")
        browser.type(text)

    def write_and_wait(self, text):
        self.write(text)
        browser.wait_for(f"document.querySelectorAll('.line').length === {text.count(chr(10)) + 1} && {WHOLE}")

    def translated(self):
        return browser.evaluate(TRANSLATION)

    def choose(self, selector, value):
        browser.evaluate(f"""(() => {{
          const select = document.querySelector({json.dumps(selector)});
          select.value = {json.dumps(value)};
          select.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})()""")

    def sent_texts(self):
        """What the page has sent to be translated."""
        return [json.loads(body)["text"] for url, body in browser.requests if url.endswith("/v1/translate")]


class Translating(PageTest):
    def test_what_is_typed_is_translated_as_by_the_command(self):
        self.write_and_wait("the old dog sees\n\ngreen water today")
        self.assertEqual(self.translated(), expected(["the old dog sees", "", "green water today"]))
        self.assertEqual(browser.evaluate("document.querySelector('#count').textContent.split(' ')[0]"), "35")

    def test_a_change_sends_its_line_alone(self):
        self.write_and_wait("old dog\ngreen tree")
        browser.requests.clear()
        browser.type(" today")
        browser.wait_for(f"document.querySelectorAll('.line')[1].result.source === 'green tree today' && {WHOLE}")
        self.assertEqual(set(self.sent_texts()), {"green tree today"})
        self.assertEqual(self.translated(), expected(["old dog", "green tree today"]))

    def test_an_emptied_text_has_no_translation(self):
        self.write_and_wait("old dog")
        browser.click("#clear")
        browser.wait_for(EMPTY)

    def test_a_full_server_is_asked_again(self):
        self.expected_complaints = 1  # the browser tells of each 429
        browser.answer_next("/v1/translate", '{"error": "full"}', 429, {"Retry-After": "1"})
        self.write("old dog")
        browser.wait_for("document.querySelector('#status').textContent.includes('busy')")
        browser.wait_for(f"{WHOLE} && document.querySelector('#status').textContent === ''")
        self.assertEqual(self.translated(), expected(["old dog"]))

    def test_what_the_server_refuses_is_said(self):
        self.expected_complaints = 1
        browser.answer_next("/v1/translate", '{"error": "no such thing"}', 400)
        self.write("old dog")
        browser.wait_for("document.querySelector('#status.wrong')?.textContent === 'no such thing'")

    def test_an_answer_that_is_cut_short_is_continued(self):
        line = {"text": 0, "line": 1, "source": "old dog", "translations": [{"text": "erste"}]}
        browser.answer_next("/v1/translate", f"event: line\ndata: {json.dumps(line)}\n\n")
        self.write("old dog\ngreen tree")
        browser.wait_for("document.querySelectorAll('.line').length === 2 && document.querySelectorAll('.line')[1].textContent !== ''")
        self.assertEqual(self.translated(), "erste\n" + expected(["green tree"]))
        self.assertEqual(self.sent_texts()[-1], "green tree")

    def test_a_text_beyond_the_limit_is_not_sent(self):
        settings = {"charLimit": 10, "filesTranslation": True, "supportedFilesFormat": [], "keyRequired": False}
        browser.answer_next("/frontend/settings", json.dumps(settings))
        self.open()
        self.write("old dog green")
        browser.wait_for("document.querySelector('#status').textContent.includes('too long')")
        self.assertEqual(browser.evaluate("document.querySelector('#count.over').textContent"), "13 / 10")
        self.assertEqual(self.sent_texts(), [])

    def test_a_key_is_asked_for_only_where_one_is_needed(self):
        self.assertTrue(browser.evaluate("document.querySelector('#key-choice').hidden"))
        settings = {"charLimit": -1, "filesTranslation": True, "supportedFilesFormat": [], "keyRequired": True}
        browser.answer_next("/frontend/settings", json.dumps(settings))
        self.open()
        self.write("old dog")
        browser.wait_for("document.querySelector('#status').textContent.includes('key')")
        self.assertEqual(self.sent_texts(), [])
        browser.evaluate("document.querySelector('#key').focus()")
        browser.type("secret")
        browser.wait_for(WHOLE)
        sent = [json.loads(body) for url, body in browser.requests if url.endswith(("/detect", "/v1/translate"))]
        self.assertEqual({body["api_key"] for body in sent}, {"secret"})

    def test_right_to_left_lines_stand_at_the_right(self):
        line = {"text": 0, "line": 1, "source": "old dog", "translations": [{"text": "كلب قديم"}]}
        browser.answer_next("/v1/translate", f"event: line\ndata: {json.dumps(line)}\n\nevent: done\ndata: {{}}\n\n")
        self.write("old dog")
        browser.wait_for(WHOLE)
        self.assertEqual(browser.evaluate("getComputedStyle(document.querySelector('.line')).direction"), "rtl")

    def test_markup_and_emoji_in_a_text_are_text(self):
        self.write_and_wait("<b>old</b> & dog 🐕 </textarea>")
        self.assertEqual(self.translated(), expected(["<b>old</b> & dog 🐕 </textarea>"]))
        self.assertEqual(browser.evaluate("document.querySelectorAll('#translation b').length"), 0)


class Languages(PageTest):
    def test_swapping_turns_text_and_languages_around(self):
        self.choose("#source", "en")
        self.write_and_wait("old dog")
        browser.click("#swap")
        german = expected(["old dog"])
        browser.wait_for(f"document.querySelector('#text').value === {json.dumps(german)} && {WHOLE} && "
                         f"document.querySelector('.line').result.source === {json.dumps(german)}")
        self.assertEqual(browser.evaluate("[document.querySelector('#source').value, document.querySelector('#target').value]"),
                         ["de", "en"])
        self.assertEqual(self.translated(), expected([german], 1))

    def test_languages_are_remembered(self):
        self.choose("#source", "de")
        self.open()
        self.assertEqual(browser.evaluate("[document.querySelector('#source').value, document.querySelector('#target').value]"),
                         ["de", "en"])

    def test_an_address_says_what_is_to_be_translated(self):
        browser.open(f"{server.url}?source=de&target=en&q=alt%20hund")
        browser.wait_for(WHOLE)
        self.assertEqual(self.translated(), expected(["alt hund"], 1))

    def test_only_what_there_are_models_for_can_be_chosen(self):
        self.choose("#source", "de")
        self.assertEqual(browser.evaluate("[...document.querySelectorAll('#target option')].filter(o => !o.disabled).map(o => o.value)"),
                         ["en"])


class Words(PageTest):
    def setUp(self):
        super().setUp()
        self.choose("#source", "en")
        self.write_and_wait("old dog sees\ngreen tree")

    def test_an_alternative_replaces_the_line(self):
        before = self.translated().split("\n")
        browser.click(".line:nth-child(2) .word:last-child")
        browser.wait_for("document.querySelectorAll('#alternatives button').length > 0")
        chosen = browser.evaluate("document.querySelector('#alternatives button').title")
        browser.click("#alternatives button")
        browser.wait_for(f"document.querySelectorAll('.line')[1].textContent === {json.dumps(chosen)}")
        self.assertNotEqual(chosen, before[1])
        self.assertTrue(chosen.startswith(before[1].rsplit(" ", 1)[0]), chosen)
        self.assertEqual(self.translated().split("\n")[0], before[0])

    def test_alternatives_by_keyboard(self):
        browser.evaluate("document.querySelector('#text').focus()")
        browser.press("Enter", "Control")
        browser.wait_for("document.activeElement.matches('.word')")
        first = browser.evaluate("document.activeElement.textContent")
        browser.press("ArrowRight")
        self.assertEqual(browser.evaluate("document.activeElement.dataset.word"), "1")
        browser.press("ArrowLeft")
        self.assertEqual(browser.evaluate("document.activeElement.textContent"), first)
        browser.press("Enter")
        browser.wait_for("document.activeElement.matches('#alternatives button')")
        chosen = browser.evaluate("document.activeElement.title")
        browser.press("Enter")
        browser.wait_for(f"document.querySelector('.line').textContent === {json.dumps(chosen)}")
        browser.wait_for("document.activeElement.matches('.line .word')")
        browser.press("Escape")
        self.assertEqual(browser.evaluate("document.activeElement.id"), "text")

    def test_words_of_both_sides_are_linked(self):
        line = tiny_models.translate(DRAGOMAN, models[0], ["old dog sees"], "--alignment")[0]["translations"][0]
        source, target = line["alignment"][0]
        browser.move_to(f".line .word[data-word='{target}']")
        browser.wait_for("CSS.highlights.has('linked')")
        marked = browser.evaluate("[...CSS.highlights.get('linked')].map(range => range.toString())")
        self.assertEqual(set(marked), {"old dog sees".split()[s] for s, t in line["alignment"] if t == target})
        browser.move_to("h1")
        browser.wait_for("!CSS.highlights.has('linked') && !document.querySelector('.linked')")
        # And from the text: the caret goes to the beginning of the first line.
        browser.evaluate("document.querySelector('#text').focus(); document.querySelector('#text').setSelectionRange(1, 1)")
        browser.press("ArrowLeft")
        linked = {str(t) for s, t in line["alignment"] if s == 0}
        self.assertEqual(set(browser.evaluate("[...document.querySelectorAll('.linked')].map(word => word.dataset.word)")), linked)

    def test_words_are_marked_where_the_model_can_estimate(self):
        self.assertFalse(browser.evaluate("document.querySelector('#shade-choice').hidden"))
        words = tiny_models.translate(DRAGOMAN, models[0], ["old dog sees"], "--quality")[0]["translations"][0]["words"]
        marks = browser.evaluate("[...document.querySelectorAll('.line:first-child .word')].map(word => word.classList[1])")
        self.assertEqual(marks, ["doubtful" if word["quality"] < 0.3 else "unsure" if word["quality"] < 0.6 else "sure" for word in words])
        self.choose("#source", "de")
        self.write_and_wait("alt hund")
        self.assertTrue(browser.evaluate("document.querySelector('#shade-choice').hidden"))

    def test_the_glossary_counts_and_is_kept(self):
        browser.click("#glossary-box summary")
        browser.evaluate("document.querySelector('#glossary').focus()")
        browser.type("dog = katze\ntree = brot | wasser\n")
        browser.wait_for(f"{WHOLE} && document.querySelector('.line').textContent.includes('katze')")
        self.assertRegex(self.translated().split("\n")[1], "brot|wasser")
        self.assertEqual(browser.evaluate("document.querySelector('#glossary-count').textContent"), "2 terms")
        self.open()
        self.assertEqual(browser.evaluate("document.querySelector('#glossary').value"), "dog = katze\ntree = brot | wasser\n")

    def test_copying_takes_the_whole_translation(self):
        browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        browser.click("#copy")
        browser.wait_for("document.querySelector('#copy').textContent === 'Copied'")
        self.assertEqual(browser.evaluate("navigator.clipboard.readText()"), self.translated())


class Files(PageTest):
    def translate_file(self, name, content):
        """The bytes of the file that the page offers for this one."""
        path = pathlib.Path(folder.name, name)
        path.write_bytes(content)
        browser.give_files("#file", path)
        browser.wait_for("document.querySelector('#files a')")
        browser.click("#files a")
        stem, ending = name.rsplit(".", 1)
        loaded = pathlib.Path(browser.downloads, f"{stem}.de.{ending}")
        end = time.monotonic() + 10
        while not loaded.exists() and time.monotonic() < end:
            browser.listen(0.05)
        return loaded.read_bytes()

    def test_a_text_keeps_its_lines(self):
        lines = ["old dog sees", "green tree", "never", "today"] * 20
        self.choose("#source", "en")
        found = self.translate_file("notes.txt", ("\ufeff" + "\r\n".join(lines[:2]) + "\r\n\r\n" + "\n".join(lines[2:])).encode())
        translated = expected(lines).split("\n")
        self.assertEqual(found.decode(), "\r\n".join(translated[:2]) + "\r\n\r\n" + "\n".join(translated[2:]))

    def test_a_text_may_be_longer_than_the_limit(self):
        settings = {"charLimit": 25, "filesTranslation": True, "supportedFilesFormat": [], "keyRequired": False}
        browser.answer_next("/frontend/settings", json.dumps(settings))
        self.open()
        self.choose("#source", "en")
        lines = ["old dog sees", "green tree", "never"] * 3
        self.assertEqual(self.translate_file("long.txt", "\n".join(lines).encode()).decode(), expected(lines))
        self.assertEqual(["\n".join(lines)], ["\n".join(self.sent_texts())])
        self.assertLessEqual(max(map(len, self.sent_texts())), 25)

    def test_html_keeps_its_tags(self):
        self.choose("#source", "en")
        found = self.translate_file("page.html", b"<p class=a>old dog</p>\n<p>green <i>tree</i></p>\n").decode()
        self.assertEqual(re.findall("<[^>]*>", found), ["<p class=a>", "</p>", "<p>", "<i>", "</i>", "</p>"])
        self.assertIn(expected(["old dog"]), found)

    def test_what_is_no_text_is_refused(self):
        for name, content, reason in (("picture.txt", b"\xff\xfe\x00", "UTF-8"), ("program.exe", b"", "must be one of")):
            path = pathlib.Path(folder.name, name)
            path.write_bytes(content)
            browser.give_files("#file", path)
            browser.wait_for(f"document.querySelector('#files li')?.textContent.includes({json.dumps(reason)})")
            browser.click("#files button")
            browser.wait_for("!document.querySelector('#files li')")


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


if __name__ == "__main__":
    if chromium.find() is None:
        print("skipped: no Chromium is installed, nor named by CHROMIUM")
        sys.exit(77)
    unittest.main(verbosity=2)
