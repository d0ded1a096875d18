using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Payment.Money;

namespace EServices.Payment.Payments;

[JsonConverter(typeof(CamelCaseEnumConverter<PaymentMethod>))]
internal enum PaymentMethod
{
    Cash,
    Upi,

    /// <summary>Nothing was to pay.</summary>
    Free,
}

[JsonConverter(typeof(CamelCaseEnumConverter<PaymentState>))]
internal enum PaymentState
{
    Pending,
    Succeeded,
    Failed,

    /// <summary>The money came and belongs to its payer.</summary>
    RefundDue,
}

/// <summary>One attempt to pay a bill; part of the bill's document.</summary>
/// <param name="TakenBy">The operator who took cash.</param>
/// <param name="Provider">Who confirms a UPI payment.</param>
/// <param name="Reference">The provider's own reference, such as the bank's transaction number.</param>
/// <param name="Note">Why it failed or is to be refunded.</param>
internal sealed record BillPayment(
    string Id, PaymentMethod Method, Paise Amount, PaymentState State, string? TakenBy, string? Provider,
    DateTimeOffset BegunAt, DateTimeOffset? SettledAt, string? Reference, string? Note);
