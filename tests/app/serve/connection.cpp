#include "tests/app/serve/connection.h"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

std::string header_of(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string with_headers(std::string request, const std::vector<std::string>& headers) {
  for (const std::string& header : headers) request += header + "\r\n";
  return request;
}

}  // namespace

Connection::Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
  const timeval limit{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

Connection::~Connection() {
  close();
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

void Connection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Connection::close_own_side() const {
  ::shutdown(socket_, SHUT_WR);
}

void Connection::send(const std::string& bytes) const {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t some = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (some <= 0) return;
    sent += static_cast<std::size_t>(some);
  }
}

void Connection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

bool Connection::fill() {
  char bytes[65536];
  const ssize_t some = ::recv(socket_, bytes, sizeof bytes, 0);
  if (some > 0) buffer_.append(bytes, static_cast<std::size_t>(some));
  return some > 0;
}

std::string Connection::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, "");
}

bool Connection::is_closed() {
  char byte = 0;
  while (true) {
    const ssize_t some = ::recv(socket_, &byte, 1, 0);
    if (some <= 0) return some == 0 || errno == ECONNRESET;
  }
}

Answer Connection::read(bool of_head) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  Answer answer;
  answer.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  if (answer.status == 100) return read(of_head);
  if (of_head) return answer;
  const auto take = [this](std::size_t bytes) {
    while (buffer_.size() < bytes && fill()) continue;
    const std::string taken = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return taken;
  };
  if (header_of(answer.head, "Transfer-Encoding") == "chunked") {
    while (true) {
      while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill()) return answer;
      }
      std::size_t size = 0;
      std::from_chars(buffer_.data(), buffer_.data() + end, size, 16);
      take(end + 2);
      answer.body += take(size);
      take(2);
      if (size == 0) return answer;
    }
  }
  if (const std::string length = header_of(answer.head, "Content-Length"); !length.empty()) {
    answer.body = take(std::stoul(length));
  } else if (answer.status != 204) {
    while (fill()) continue;
    answer.body = std::exchange(buffer_, "");
  }
  return answer;
}

std::string post(const std::string& path, const std::string& body, const std::string& type,
                 const std::vector<std::string>& headers) {
  return with_headers("POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Type: " + type +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                      headers) +
         "\r\n" + body;
}

std::string get(const std::string& path, const std::vector<std::string>& headers) {
  return with_headers("GET " + path + " HTTP/1.1\r\nHost: test\r\n", headers) + "\r\n";
}

Answer ask(std::uint16_t port, const std::string& request) {
  Connection connection(port);
  connection.send(request);
  return connection.read();
}

}  // namespace dragoman
