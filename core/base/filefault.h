#pragma once

#include "core/base/result.h"

#include <cerrno>

namespace entvas {

// The kind of failure that a file on a command line meets, from errno: the same wherever a command opens one.
inline Fault faultOfFile(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR: return Fault::NotFound;
    case EISDIR: return Fault::BadInput;
    case EACCES:
    case EPERM:
    case ELOOP: // a symbolic link where none is followed
    case EROFS: return Fault::Denied;
    case ENOSPC:
    case EDQUOT: return Fault::Unavailable;
    default: return Fault::Storage;
    }
}

} // namespace entvas
