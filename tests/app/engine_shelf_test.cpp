#include "app/engine_shelf.h"

#include "tests/formats/model_directory_fixture.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

class EngineShelfTest : public ModelDirectory {
 protected:
  TranslationOptions options(InferencePrecision precision = InferencePrecision::fp32) const {
    TranslationOptions options;
    options.model = folder_.string();
    options.precision = precision;
    options.device = "cpu";
    options.threads = 1;
    return options;
  }

  EngineShelf shelf_;
};

TEST_F(EngineShelfTest, AModelIsLoadedOnceForEachPrecision) {
  make();
  EXPECT_EQ(shelf_.workers(), nullptr);
  const ReadyEngine first = shelf_.get(options(), {});
  EXPECT_EQ(shelf_.get(options(), {}).engine, first.engine);
  TranslationOptions other_search = options();
  other_search.translator.search.beam_size = 2;
  EXPECT_EQ(shelf_.get(other_search, {}).engine, first.engine);
  const ReadyEngine smaller = shelf_.get(options(InferencePrecision::int8), {});
  EXPECT_NE(smaller.engine, first.engine);
  EXPECT_EQ(smaller.fingerprint, first.fingerprint);
}

TEST_F(EngineShelfTest, AllHaveTheWorkersOfTheFirst) {
  make();
  const ReadyEngine first = shelf_.get(options(), {});
  TranslationOptions more_threads = options(InferencePrecision::int8);
  more_threads.threads = 2;
  EXPECT_EQ(shelf_.get(more_threads, {}).engine->shared_workers(), first.engine->shared_workers());
  EXPECT_EQ(shelf_.workers(), first.engine->shared_workers());
}

TEST_F(EngineShelfTest, WhatFailedIsTriedAgain) {
  EXPECT_THROW(shelf_.get(options(), {}), std::runtime_error);
  make();
  EXPECT_NE(shelf_.get(options(), {}).engine, nullptr);
}

}  // namespace
}  // namespace dragoman
