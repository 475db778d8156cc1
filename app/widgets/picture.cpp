#include "app/widgets/picture.h"

#include <algorithm>
#include <QBuffer>
#include <QCoreApplication>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWidget>

namespace entvas::picture {

using namespace Qt::StringLiterals;

namespace {
constexpr double kScale = 2;
}

QImage image(QWidget *widget)
{
    QImage image(widget->size() * kScale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(kScale);
    image.fill(Qt::transparent);
    widget->render(&image);
    return image;
}

Result<void> saveBytes(const QByteArray &bytes, const QString &path)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return {
            Fault::Denied,
            QCoreApplication::translate("picture", "The file %1 can't be written: %2.").arg(path, file.errorString())};
    return {};
}

Result<void> savePng(QWidget *widget, const QString &path)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image(widget).save(&buffer, "PNG");
    return saveBytes(bytes, path);
}

Result<void> saveSvg(QWidget *widget, const QString &path)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(widget->size());
        svg.setViewBox(widget->rect());
        svg.setTitle(widget->accessibleName());
        QPainter painter(&svg);
        widget->render(&painter);
    }
    return saveBytes(bytes, path);
}

void paintOn(QPagedPaintDevice *device, QWidget *widget)
{
    QPainter painter(device);
    const QRectF page = painter.viewport();
    const double scale = std::min(page.width() / widget->width(), page.height() / widget->height());
    painter.scale(scale, scale);
    widget->render(&painter);
}

Result<void> savePdf(QWidget *widget, const QString &path)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter pdf(&buffer);
        pdf.setTitle(u"Entvas"_s);
        pdf.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Landscape, QMarginsF(10, 10, 10, 10),
                                      QPageLayout::Millimeter));
        paintOn(&pdf, widget);
    }
    return saveBytes(bytes, path);
}

} // namespace entvas::picture
