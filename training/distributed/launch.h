#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace dragoman {

/// This process's place among those that train together, as their launcher has told it.
struct Launch {
  int rank = 0;
  int size = 1;
  int on_host = 1;                 ///< processes of them on this host, which share its cores
  int local_rank = 0;              ///< this one's place among those, which decides which GPU is its own
  std::string host = "127.0.0.1";  ///< where rank 0 is
  std::uint16_t port = 29500;      ///< where it listens
};

/// Looks an environment variable up.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> environment_variable(const std::string& name);

/// What torchrun (RANK, WORLD_SIZE, LOCAL_RANK), Open MPI's mpirun (OMPI_COMM_WORLD_*), other MPIs' (PMI_*) or srun
/// (SLURM_PROCID) says; a process alone if none does. MASTER_ADDR and MASTER_PORT name rank 0's place; without them all
/// processes must be on one host. Throws std::invalid_argument naming the variable that is missing or no number.
Launch launch_of(const Environment& environment = environment_variable);

}  // namespace dragoman
