#pragma once

#include <string>
#include <vector>

namespace dragoman {

/// Lines that differ enough for SentencePiece to learn some hundred pieces from.
inline std::vector<std::string> sample_lines(int count = 400) {
  const std::vector<std::string> who{"The old man",   "A young woman",   "My neighbour",
                                     "Der alte Mann", "Eine junge Frau", "L'été"};
  const std::vector<std::string> what{"reads the newspaper",  "sings a “quiet” song", "paints the fence",
                                      "liest „Die Zeitung“",  "hört gern Musik",      "mange une pêche mûre",
                                      "fährt über die Brücke"};
  const std::vector<std::string> where{"in the garden.", "near the river!", "im Garten.", "am Fluß?",
                                       "à côté du château."};
  const std::vector<std::string> when{"Today", "Yesterday", "Heute",   "Gestern", "Aujourd'hui",
                                      "Hier",  "Ça va:",    "In 1987", "Um 7:30"};
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    lines.push_back(when[i % when.size()] + " " + who[i % who.size()] + " " + what[i % what.size()] + " " +
                    where[i % where.size()]);
  }
  return lines;
}

}  // namespace dragoman
