#include "tests/end_to_end/server_fixture.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstdint>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

// sd_listen_fds(3)
TEST(ServeStart, TakesTheSocketThatSystemdHasOpened) {
  const int opened = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(opened, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(opened, 10), 0);
  ASSERT_EQ(::getsockname(opened, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::uint16_t port = ntohs(address.sin_port);
  Connection early(port);
  early.send(get("/health"));
  const auto with_socket = [](int socket, const std::string& arguments) {
    return std::vector<std::string>{
        "/bin/bash", "-c",
        fmt::format("exec 3<&{}; LISTEN_PID=$$ LISTEN_FDS=1 exec {} serve --threads 1 --model {} {}", socket,
                    DRAGOMAN_BINARY, served_model(), arguments)};
  };
  {
    Program program(with_socket(opened, "--port 1"));
    EXPECT_EQ(early.read().status, 200) << "who came before the server waits for it";
    EXPECT_TRUE(program.wait_for(fmt::format(":{}\n", port))) << program.err_so_far();
    EXPECT_EQ(ask(port, get("/languages")).status, 200);
    program.send(SIGTERM);
    EXPECT_EQ(program.wait().exit_code, 0);
  }
  Connection between(port);
  ::close(opened);
  const int unfit = ::socket(AF_INET, SOCK_STREAM, 0);
  expect_refusal(Program(with_socket(unfit, "--port 0")).wait(), 1, {"LISTEN_FDS", "ListenStream"});
  ::close(unfit);
}

TEST(ServeStart, RefusesToBeginWithWhatIsWrong) {
  const Server other({"--model", served_model()});
  const auto serve = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "serve");
    return dragoman(arguments);
  };
  expect_refusal(serve({"--model", shared_model(), "--port", "0"}), 2, {"does not know its languages", "en:de="});
  expect_refusal(serve({"--model", "en:de=/nowhere", "--port", "0"}), 1, {"/nowhere"});
  expect_refusal(serve({"--model", "english:de=x", "--port", "0"}), 2, {"english", "no language code"});
  expect_refusal(serve({"--model", served_model(), "--port", "70000"}), 2, {"--port"});
  expect_refusal(serve({"--model", served_model(), "--port", "0", "--body-memory", "8"}), 2, {"--body-memory", "16"});
  expect_refusal(serve({"--model", served_model(), "--port", "0", "--source-lang", "en"}), 2,
                 {"--source-lang", "en:de"});
  expect_refusal(serve({"--model", served_model(), "--port", "0", "--log-text"}), 2, {"--access-log"});
  expect_refusal(serve({"--model", served_model(), "--port", std::to_string(other.port())}), 1,
                 {"cannot listen", "--port"});
  const TemporaryFolder folder;
  expect_refusal(serve({"--model", served_model(), "--port", "0", "--api-keys", folder.file("keys", "\nsecret me\n")}),
                 1, {"keys:2", "SHA-256"});
  EXPECT_EQ(serve({"--help"}).exit_code, 0);
}

}  // namespace
}  // namespace dragoman
