// translate_file MODEL <TEXT: the translation of each line, and behind a tab its score.
#include <cstdio>
#include <dragoman/translator.h>
#include <exception>
#include <iostream>

int main(int count, char** values) {
  if (count != 2) {
    std::fputs("usage: translate_file MODEL <TEXT\n", stderr);
    return 2;
  }
  namespace api = dragoman::api;
  try {
    const api::Translator translator(values[1], {{"beam_size", 4}});
    translator.stream([](api::Line& line) { return static_cast<bool>(std::getline(std::cin, line.text)); },
                      [](api::Translation&& translation) {
                        const api::Output& best = translation.outputs.front();
                        std::cout << best.text << '\t' << best.score << '\n';
                      });
    return std::cout.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "translate_file: %s\n", error.what());
    return 1;
  }
}
