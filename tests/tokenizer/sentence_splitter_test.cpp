#include "tokenizer/sentence_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

// `marked` is a text with "|" where a sentence begins.
void expect_sentences(const SentenceSplitter& splitter, const std::string& marked) {
  std::string text;
  std::vector<std::string> expected{""};
  for (const char c : marked) {
    if (c == '|') {
      expected.emplace_back();
    } else {
      text += c;
      expected.back() += c;
    }
  }
  for (std::size_t i = 0; i + 1 < expected.size(); ++i) {
    // White space between them is of neither.
    for (const std::string space : {" ", "\t", "\r", "\u3000", "\u00a0", "\u2028"}) {
      while (expected[i].ends_with(space)) expected[i].resize(expected[i].size() - space.size());
    }
  }
  std::vector<std::string> found;
  for (const auto& [begin, end] : splitter.split(text)) found.push_back(text.substr(begin, end - begin));
  EXPECT_EQ(found, expected);
}

void expect_sentences(const std::string& language, const std::vector<std::string>& texts) {
  const SentenceSplitter splitter(language);
  for (const std::string& text : texts) expect_sentences(splitter, text);
}

TEST(SentenceSplitter, EndsWithStopsQuestionsAndExclamations) {
  expect_sentences("en", {
                             "",
                             " ",
                             ".",
                             "One sentence.",
                             "  One sentence, with blanks around it. ",
                             "It rains. |She laughs! |Does he? |Yes",
                             "It rains.   |She laughs.\t|He does.",
                             "What?! |No... |Never. |Really?! ",
                             "He saw it… and left.",
                             "He wrote it.\u2028|She read it",
                             "A line\r|and another",
                         });
}

TEST(SentenceSplitter, IsNotFooledByAbbreviations) {
  for (const std::string language : {"en", "en-GB", ""}) {
    expect_sentences(language, {
                                   "Dr. Smith met Mrs. Jones. |They talked.",
                                   "Prof.  Miller lives in St. Louis. |He likes it.",
                                   "The U.S. Army has a base there. |It is large.",
                                   "J. R. R. Tolkien wrote it. |George W. Bush did not.",
                                   "J.R.R. Tolkien wrote it. |Ph.D. Smith read it.",
                                   "See No. 5 Downing Street. |No. |It is closed.",
                                   "It cost 3.5 million. |Pages pp. 5 to 7, Fig. 3 and vol. 2 say so.",
                                   "It was Jan. 5 when he left. |It was in 1990. |Then he came.",
                                   "1. First point. |2. Second point. |II. Third",
                                   "It works, e.g. Linux does, i.e. Debian. |Good.",
                                   "Buy milk, eggs etc. |Then come home.",
                                   "At 5 p.m. he left (approx. Five). |Then she came.",
                                   "It was World War II. |Then came peace.",
                               });
  }
  for (const std::string language : {"de", ""}) {
    expect_sentences(language, {
                                   "Das gilt z. B. Hunden und z.B. Katzen. |Sie bellen.",
                                   "Am 3. Oktober war es bzw. Mittwoch. |Der 19. Mann kam.",
                                   "Dipl.-Ing. Meier und Hr. Schulz kamen ca. Montag. |Das kostet 5 Mio. Euro.",
                                   "Es war 1990. |Dann kam er.",
                                   "Vgl. Abs. 3 und S. 12 bis Kap. 4 hier. |Gut.",
                                   "Das ist u. a. Holz, d. h. Eiche. |Ja.",
                               });
  }
  expect_sentences("de", {"Ludwig XIV. Der König war Franzose. |Er starb."});
  expect_sentences("en", {"He turned 20. |Then he left."});
  expect_sentences("fr", {"M. Dupont et Mme. Durand sont là. |Ils parlent."});
  expect_sentences("es", {"El Sr. García y la Sra. López viven aquí. |¿Dónde? |¡Aquí!"});
  expect_sentences("ru", {"Это ул. Ленина. |А. С. Пушкин жил здесь. |Он писал."});
}

TEST(SentenceSplitter, IsNotFooledByWhatGoesOnSmall) {
  expect_sentences("en", {
                             "\"Who is it?\" she asks. |\"Me!\" he says.",
                             "“Who is it?” – she asks. |“Me.”",
                             "Wait... what? |Yahoo! is a company. |It is old.",
                             "see example.com?page=1 and foo.bar. |Then go",
                             "Look at file.txt and v1.2. |It works.",
                             "A man (in a hat!) runs. |He stops.",
                         });
}

TEST(SentenceSplitter, QuotesAndBracketsStayWithTheirSentence) {
  expect_sentences("en", {
                             "\"Stop.\" |\"Why?\" |He said: \"No.\" |Then he left.",
                             "He won (really!). |(She did, too.) |[No.]",
                             "‘It ends.’ |“It begins.” |End",
                         });
  expect_sentences("de", {"„Halt!“ |Er blieb stehen. |„Warum?“, fragte er. |»Darum.« |Gut."});
  expect_sentences("fr", {"« Halte ! » |Il s'arrête. |« Pourquoi ? » |Voilà."});
}

TEST(SentenceSplitter, OtherScripts) {
  expect_sentences("zh", {"我去了。|他来了！|好吗？|「是。」|他说。", "我去了。\u3000|他来了。", "价格是3.5元。|好。",
                          "他有。|iPhone很好。"});
  expect_sentences("ja", {"私は行く。|「はい。」|彼は来る。"});
  expect_sentences("hi", {"यह अच्छा है। |वह आया।"});
  expect_sentences("ar", {"هل هذا جيد؟ |نعم."});
  expect_sentences("el", {"Τι είναι; |Είναι καλό."});
  expect_sentences("", {"Τι είναι; Είναι καλό."});  // a semicolon, where nobody says that it is Greek
}

TEST(SentenceSplitter, NoSentenceIsWithoutAWord) {
  expect_sentences("en", {"... He left. |\"?!\" He came. |Good! \U0001F600 \U0001F600.", "! ! ! . . ."});
}

TEST(SentenceSplitter, TakesAnyBytes) {
  expect_sentences("en", {std::string("a\0b. |C.", 8), "bad \xFF\xC3 bytes. |And \xE2\x82 more. |Z"});
  std::string noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 20000; ++i) {
    state = state * 1664525U + 1013904223U;
    noise += static_cast<char>(state >> 24);
  }
  const auto found = SentenceSplitter().split(noise);
  EXPECT_EQ(found.front().begin, 0u);
  EXPECT_EQ(found.back().end, noise.size());
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_LE(found[i - 1].end, found[i].begin);
}

// A second for what is linear, hours for what is not.
TEST(SentenceSplitter, TakesLongLines) {
  std::string marks, sentences;
  for (int i = 0; i < 200000; ++i) {
    marks += "! ";
    sentences += "It is. ";
  }
  EXPECT_EQ(SentenceSplitter().split(marks).size(), 1u);
  EXPECT_EQ(SentenceSplitter().split(sentences).size(), 200000u);
}

TEST(SentenceSplitter, ServesSeveralThreads) {
  const SentenceSplitter splitter("en");
  std::vector<std::size_t> found(4);
  std::vector<std::thread> threads;
  for (std::size_t& count : found) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) count += splitter.split("Ä is one. B is two. C, too. And Dr. Who.").size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(found, ::testing::Each(2000u));
}

}  // namespace
}  // namespace dragoman
