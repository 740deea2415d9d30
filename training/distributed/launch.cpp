#include "training/distributed/launch.h"

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>

namespace dragoman {
namespace {

struct Launcher {
  const char *rank, *size, *size_on_host, *local_rank;
};

// In the order in which they are asked: torchrun may itself run under Slurm. An sbatch script has SLURM_PROCID but no
// SLURM_STEP_NUM_TASKS: it runs once, whatever it asked for.
constexpr Launcher kLaunchers[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "LOCAL_RANK"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS", "MPI_LOCALRANKID"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_STEP_TASKS_PER_NODE", "SLURM_LOCALID"},
};

int number(const std::string& name, const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw std::invalid_argument(
        fmt::format("{} is '{}' in the environment, but must be a number from {} to {}", name, text, least, most));
  }
  return value;
}

int required(const Environment& environment, const std::string& name, const std::string& beside, int least, int most) {
  const auto text = environment(name);
  if (!text)
    throw std::invalid_argument(fmt::format("{} is in the environment, but {} is not; set both", beside, name));
  return number(name, *text, least, most);
}

}  // namespace

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

Launch launch_of(const Environment& environment) {
  constexpr int kMostProcesses = 65536;
  Launch launch;
  for (const Launcher& launcher : kLaunchers) {
    const auto size = environment(launcher.size);
    if (!size) continue;
    launch.size = number(launcher.size, *size, 1, kMostProcesses);
    launch.rank = required(environment, launcher.rank, launcher.size, 0, launch.size - 1);
    if (launch.size == 1) return {};
    const std::string on_host = environment(launcher.size_on_host).value_or("");
    // Slurm writes "4(x2)" for four on each of two hosts.
    launch.on_host =
        on_host.empty() ? 1 : number(launcher.size_on_host, on_host.substr(0, on_host.find('(')), 1, launch.size);
    const auto local_rank = environment(launcher.local_rank);
    launch.local_rank =
        local_rank ? number(launcher.local_rank, *local_rank, 0, launch.size - 1) : launch.rank % launch.on_host;
    if (const auto host = environment("MASTER_ADDR")) {
      launch.host = *host;
    } else if (launch.on_host != launch.size) {
      throw std::invalid_argument(
          fmt::format("{} processes train together, but MASTER_ADDR is not in the environment; set it to the host of "
                      "rank 0",
                      launch.size));
    }
    if (const auto port = environment("MASTER_PORT"))
      launch.port =
          static_cast<std::uint16_t>(number("MASTER_PORT", *port, 1, std::numeric_limits<std::uint16_t>::max()));
    return launch;
  }
  return launch;
}

}  // namespace dragoman
