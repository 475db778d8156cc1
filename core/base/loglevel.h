#pragma once

namespace entvas {

enum class LogLevel { Debug, Info, Warning, Error };
enum class LogFormat { Text, Json };

} // namespace entvas
