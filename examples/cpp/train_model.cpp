// train_model SOURCE TARGET MODEL [STEPS]: learns a model from sentences and their translations, for at most so many
// updates. Started again it goes on.
#include <cstdio>
#include <dragoman/train.h>
#include <dragoman/translator.h>
#include <exception>
#include <iostream>
#include <string>

int main(int count, char** values) {
  if (count < 4 || count > 5) {
    std::fputs("usage: train_model SOURCE TARGET MODEL [STEPS]\n", stderr);
    return 2;
  }
  namespace api = dragoman::api;
  try {
    api::Options options{{"train_source", values[1]}, {"train_target", values[2]}, {"model", values[3]}};
    if (count == 5) options.emplace_back("max_steps", values[4]);
    api::TrainCallbacks callbacks;
    callbacks.notice = [](const std::string& text) { std::cerr << text << '\n'; };
    api::train(options, callbacks);
    std::cout << api::Translator(values[3], {{"allow_unvalidated", true}}).translate("This is a test.") << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train_model: %s\n", error.what());
    return 1;
  }
}
