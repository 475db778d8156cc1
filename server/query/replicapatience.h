#pragma once

#include <chrono>

namespace entvas {

// How long a replica is waited for, and the database itself.
struct ReplicaPatience {
    std::chrono::milliseconds answer{10'000};   // without one for so long it is away
    std::chrono::milliseconds lookEvery{5'000}; // whether it answers, and how far behind it is
    std::chrono::milliseconds lag{20'000};      // further behind it is as good as away
    std::chrono::milliseconds leave{1'000};     // at the end, for a question that it has not answered
    std::chrono::milliseconds database{20'000}; // as StoreReader::kAnswer: there is no other to ask
};

} // namespace entvas
