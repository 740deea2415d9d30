#pragma once

#include "app/doctor/report.h"
#include "base/control_groups.h"

#include <filesystem>
#include <string>

namespace dragoman {

/// Parts of what `dragoman doctor` tells, each under headings of its own.

/// Where the system tells of itself.
struct MachineRoots : SystemRoots {
  std::filesystem::path memory = "/sys/kernel/mm";
};

/// The program, and the system that it runs on.
void find_program(DoctorReport& report);

/// Processor, cores and memory, with the limits of control groups.
void find_machine(DoctorReport& report, const MachineRoots& roots = {});

/// The libraries whose place or build matters, and the GPUs.
void find_libraries(DoctorReport& report, const SystemRoots& roots = {});

/// In what each command computes here, and by which kernels.
void find_kernels(DoctorReport& report);

/// Variables of the environment that change how commands compute, and where files go.
void find_surroundings(DoctorReport& report);

/// A model directory: whether it is complete and as it was written, and what it takes.
void find_model(DoctorReport& report, const std::string& model);

}  // namespace dragoman
