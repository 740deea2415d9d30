// evaluate_files TRANSLATIONS REFERENCES: BLEU and chrF, and the sentence that is worst by chrF.
#include <algorithm>
#include <cstdio>
#include <dragoman/evaluate.h>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

std::vector<std::string> read_lines(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace

int main(int count, char** values) {
  if (count != 3) {
    std::fputs("usage: evaluate_files TRANSLATIONS REFERENCES\n", stderr);
    return 2;
  }
  namespace api = dragoman::api;
  try {
    const std::vector<std::string> translations = read_lines(values[1]);
    const std::vector<std::vector<std::string>> references = {read_lines(values[2])};
    const std::vector<api::Score> scores = api::evaluate(
        translations, references, {{"metrics", std::vector<std::string>{"bleu", "chrf"}}}, api::SentenceScores::wanted);
    for (const api::Score& score : scores) std::cout << score.text << '\n';
    const auto worst = std::ranges::min_element(scores[1].sentences) - scores[1].sentences.begin();
    std::cout << "line " << worst + 1 << ": " << translations[static_cast<std::size_t>(worst)] << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "evaluate_files: %s\n", error.what());
    return 1;
  }
}
