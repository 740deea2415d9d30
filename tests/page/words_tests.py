"""Words of the translation, terms, and files."""

import json
import pathlib
import re
import time

import tiny_models
from page_case import DRAGOMAN, PageTest, WHOLE, browser, expected, folder, models


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


    def test_a_model_that_has_no_alternatives_offers_none(self):
        line = {"text": 0, "line": 1, "source": "old dog", "translations": [{"text": "alt hund"}]}
        done = {"source_lang": "en", "target_lang": "de", "quality": False, "alternatives": False}
        browser.answer_next("/v1/translate", f"event: line\ndata: {json.dumps(line)}\n\nevent: done\ndata: {json.dumps(done)}\n\n")
        self.write("old dog")
        browser.wait_for(f"{WHOLE} && !document.querySelector('.word[role=button]')")
        browser.requests.clear()
        browser.click(".line .word")
        browser.press("Enter", "Control")
        browser.wait_for("document.activeElement.matches('.word')")
        browser.press("Enter")
        browser.listen(0.3)
        self.assertFalse(browser.evaluate("document.querySelector('#alternatives').matches(':popover-open')"))
        self.assertEqual(browser.requests, [])
        # The other direction has its own model.
        self.choose("#source", "de")
        self.write_and_wait("alt hund")
        browser.wait_for("document.querySelector('.word[role=button][tabindex]')")


class Files(PageTest):
    def translate_file(self, name, content, give=lambda path: browser.give_files("#file", path)):
        """The bytes of the file that the page offers for this one."""
        path = pathlib.Path(folder.name, name)
        path.write_bytes(content)
        give(path)
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

    def test_a_file_can_be_dropped_anywhere(self):
        self.choose("#source", "en")
        for place in ("#source-pane", "h1"):
            name = f"dropped-{len(place)}.txt"
            found = self.translate_file(name, b"old dog\n", lambda path, place=place: browser.drop_files(place, path))
            self.assertEqual(found.decode(), expected(["old dog"]) + "\n")
            browser.click("#files button")
            browser.wait_for("!document.querySelector('#files li')")
        self.assertFalse(browser.evaluate("document.querySelector('#source-pane').classList.contains('dropping')"))

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
