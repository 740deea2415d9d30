#pragma once

#include "base/counter_random.h"

#include <string>
#include <vector>

namespace dragoman {

/// How often pairs that a model learns from are changed, so that it bears the like in what it will translate. Each is
/// drawn by itself: a line may have several changes. What makes lines much longer is drawn for whole batches, which
/// have lines of like length: a few that are twice as long as the others would fill them with padding.
struct Augmentation {
  double typos = 0;  ///< share of the source's words in which a letter is lost, doubled, or exchanged with the next
  double drop = 0;   ///< share of the source's words that are left out, unless none would stay
  double lower = 0;  ///< share of lines whose source has no capitals; the target keeps its own
  double end = 0;    ///< share of lines without the punctuation at the end of either side
  double upper = 0;  ///< share of batches with both sides in capitals, which have more pieces than other words
  double title = 0;  ///< share of batches with a capital for each word of both sides
  double join = 0;   ///< share of batches whose lines share one with others, two or three together

  bool any() const;

  /// "upper=0.05", for each share that is not 0.
  std::vector<std::string> settings() const;

  /// Reads what settings() writes; what is not named is 0. Throws std::invalid_argument for another name, one that
  /// comes twice, and a share that is not from 0 to 1.
  static Augmentation of(const std::vector<std::string>& settings);
};

/// What is drawn for a batch.
struct BatchChanges {
  int lines_in_one = 1;  ///< or 2 or 3
  bool upper = false, title = false;
};

BatchChanges changes_of_batch(const Augmentation& augmentation, CounterRandom& random);

/// Changes the two sides of a pair, which are well-formed UTF-8, as its batch and the random numbers, those of the
/// pair, say. What is drawn depends on the texts and these alone.
void augment(const Augmentation& augmentation, const BatchChanges& of_batch, CounterRandom& random, std::string& source,
             std::string& target);

}  // namespace dragoman
