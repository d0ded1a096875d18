using EServices.Payment.Money;
using EServices.Platform.Storage;

namespace EServices.Payment.Bills;

internal static class BillDocuments
{
    public static readonly DocumentMap<Bill> Map;

    /// <summary>One bill per application, whatever arrives twice.</summary>
    public static readonly DocumentIndex<Bill> ByApplication;

    public static readonly DocumentIndex<Bill> ByPayment;

    public static readonly DocumentIndex<Bill> ByReceipt;

    /// <summary>Guards the numbers: the store refuses a second receipt of the same number.</summary>
    public static readonly DocumentIndex<Bill> ByReceiptNumber;

    /// <summary>Only bills whose receipt waits for its number.</summary>
    public static readonly DocumentIndex<Bill> ByNumberDue;

    public static readonly DocumentIndex<Bill> ByPostingDay;

    /// <summary>Where the books begin.</summary>
    public static readonly DocumentIndex<Bill> ByFirstPosting;

    static BillDocuments()
    {
        PaiseStorage.Register();
        Map = new DocumentMap<Bill>("bills");
        ByApplication = Map.Unique("by_application", bill => bill.ApplicationId);
        ByPayment = Map.Unique("by_payment", bill => bill.PaymentIds);
        ByReceipt = Map.Unique("by_receipt", bill => bill.Receipt!.Id);
        ByReceiptNumber = Map.Unique("by_receipt_number", bill => bill.Receipt!.Number);
        ByNumberDue = Map.Index("by_number_due", bill => bill.NumberDueSince);
        ByPostingDay = Map.Index("by_posting_day", bill => bill.PostingDays);
        ByFirstPosting = Map.Index("by_first_posting", bill => bill.FirstPostedOn);
    }
}
