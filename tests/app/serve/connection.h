#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// What a server answered.
struct Answer {
  int status = 0;    ///< 0: the connection ended before an answer
  std::string head;  ///< the status line and all headers
  std::string body;  ///< of chunks, put together
};

/// A connection to a port of this machine, of a client that writes what it likes.
class Connection {
 public:
  explicit Connection(std::uint16_t port);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& bytes) const;
  /// The next answer. of_head: without a body, whatever its header says.
  Answer read(bool of_head = false);
  /// What comes next, some bytes at least; empty at the end, or after ten seconds.
  std::string read_some();
  /// Whether the server closes the connection, within ten seconds.
  bool is_closed();
  void close();
  /// Sends no more, and reads what comes.
  void close_own_side() const;
  /// Ends it as a client that crashes does.
  void reset();

 private:
  bool fill();

  int socket_ = -1;
  std::string buffer_;
};

/// A POST request with this body.
std::string post(const std::string& path, const std::string& body,
                 const std::string& type = "application/x-www-form-urlencoded",
                 const std::vector<std::string>& headers = {});
std::string get(const std::string& path, const std::vector<std::string>& headers = {});

/// One request on a connection of its own.
Answer ask(std::uint16_t port, const std::string& request);

}  // namespace dragoman
