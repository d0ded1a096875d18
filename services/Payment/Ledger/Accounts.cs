namespace EServices.Payment.Ledger;

/// <summary>The names of the accounts. What comes in is debited to cash or a provider, what is owed to someone is credited to them.</summary>
internal static class Accounts
{
    /// <summary>Bank notes that an operator took and has yet to hand over.</summary>
    public static string CashInHand(string operatorId) => $"cash-in-hand:{operatorId}";

    /// <summary>Money that a payment provider has received for us and not yet transferred.</summary>
    public static string ProviderClearing(string provider) => $"provider-clearing:{provider}";

    /// <summary>Money that came in and belongs to the payer: it waits for its refund.</summary>
    public const string RefundDue = "suspense:refund-due";

    /// <summary>Whom a line of a bill belongs to.</summary>
    /// <param name="operatorId">Who served the citizen; null where nobody did.</param>
    public static string Owed(string payee, string departmentId, string? operatorId) => payee switch
    {
        "government" => $"government-revenue:{departmentId}",
        "csc" => "csc-share",
        "operator" => $"operator-share:{operatorId ?? "unassigned"}",
        _ => $"payable:{payee}",
    };
}
