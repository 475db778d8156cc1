#include "server/ingest/dialects/ingestdialect.h"

namespace entvas {

// Each is defined in the file of its name.
IngestDialect webhookDialect();

const QList<IngestDialect> &ingestDialects()
{
    static const QList<IngestDialect> all{webhookDialect()};
    return all;
}

} // namespace entvas
