#pragma once

#include "app/serve/http/message.h"
#include "app/serve/http/multipart.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What a client has sent, however it has: as a JSON object, as a form of either encoding, in the query. What is in the
/// body counts before what is in the query. Text is valid UTF-8: what is not is replaced by U+FFFD in a form.
class Parameters {
 public:
  /// Throws RequestError 400 for a body that is not what its type says.
  explicit Parameters(const HttpRequest& request);

  /// Null if it is not there, or is null.
  const nlohmann::ordered_json* find(const std::string& name) const;

  std::vector<std::string> names() const;
  bool has(const std::string& name) const { return find(name) != nullptr; }
  bool is_list(const std::string& name) const { return has(name) && find(name)->is_array(); }

  /// Empty if it is not there; a number or truth value is the text that it is written as. Throws RequestError 400 for a
  /// list or an object.
  std::string text(const std::string& name) const;
  /// The same of each of a list; a text is a list of one.
  std::vector<std::string> texts(const std::string& name) const;
  /// Throws RequestError 400 if it is there and no whole number from `lowest` to `highest`.
  int number(const std::string& name, int lowest, int highest, int otherwise) const;
  /// Throws RequestError 400 if it is there and neither true nor false.
  bool flag(const std::string& name) const;

  const std::vector<FormPart>& files() const { return files_; }

 private:
  Parameters() = default;
  void take_json(const std::string& body);
  void take_parts(std::vector<FormPart> parts);
  void add(std::string name, std::string value);

  nlohmann::ordered_json values_ = nlohmann::ordered_json::object();
  std::vector<FormPart> files_;
};

}  // namespace dragoman
