using EServices.Payment.Money;
using QRCoder;

namespace EServices.Payment.Payments;

/// <summary>A UPI payment as a link that a phone opens, by NPCI's linking specification, and as a picture of it.</summary>
internal static class UpiLink
{
    private const int LongestNote = 80;

    /// <param name="reference">At most 35 letters and digits.</param>
    public static string For(string payeeAddress, string payeeName, string reference, string note, Paise amount) =>
        // The '@' of the payee's address stays as it is: a query may hold it, and not every UPI app decodes it.
        $"upi://pay?pa={Uri.EscapeDataString(payeeAddress).Replace("%40", "@", StringComparison.Ordinal)}&pn={Uri.EscapeDataString(payeeName)}&tr={Uri.EscapeDataString(reference)}"
        + $"&tn={Uri.EscapeDataString(note.Length > LongestNote ? note[..LongestNote] : note)}&am={amount.Rupees}&cu={Paise.Currency}";

    /// <summary>The link as a QR code: a <c>data:</c> address of an SVG picture.</summary>
    public static string Qr(string link)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(link, QRCodeGenerator.ECCLevel.M);
        var svg = new SvgQRCode(data).GetGraphic(4);
        return $"data:image/svg+xml;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(svg))}";
    }

    /// <summary>A payment's id as payment systems take it: without the underscore.</summary>
    public static string Reference(string paymentId) => paymentId.Replace("_", "", StringComparison.Ordinal);
}
