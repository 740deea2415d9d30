"""What is typed, in which languages, and what the server says to it."""

import json

from page_case import EMPTY, PageTest, WHOLE, browser, expected, server


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
