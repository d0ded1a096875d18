using EServices.Platform.Packs;
using EServices.Platform.Web;

namespace EServices.Payment;

/// <summary>What the state prescribes for payments: its zone, to whom UPI payments go, and which operator an account belongs to.</summary>
/// <param name="OperatorByEmail">A centre operator's id by the official address in their token.</param>
internal sealed record PaymentTerms(TimeZoneInfo Zone, string UpiAddress, string UpiName, IReadOnlySet<string> Districts, IReadOnlyDictionary<string, string> OperatorByEmail)
{
    public static PaymentTerms From(StatePack pack) => new(
        pack.About.TimeZone, pack.About.Upi.Address, pack.About.Upi.Name,
        pack.Geography.Districts.Select(district => district.Code).ToHashSet(StringComparer.Ordinal),
        pack.Operators.ToDictionary(@operator => @operator.StaffEmail, @operator => @operator.Id, StringComparer.OrdinalIgnoreCase));

    /// <summary>The date in the state at an instant.</summary>
    public DateOnly DateAt(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>Under which id an operator holds cash: the state's id of the operator, else the account's.</summary>
    public string OperatorOf(Caller caller) =>
        caller.Email is not null && OperatorByEmail.TryGetValue(caller.Email, out var known) ? known : caller.Subject;
}
