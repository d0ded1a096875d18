using System.Diagnostics.CodeAnalysis;

namespace EServices.Platform.Packs;

/// <summary>A service's definition with what it does not share with others.</summary>
/// <param name="OwnForm">A form of its own instead of one of the pack's.</param>
/// <param name="OwnFee">A fee of its own instead of one of the pack's rules.</param>
public sealed record WrittenService(ServiceDefinition Definition, Form? OwnForm = null, FeeSchedule? OwnFee = null);

/// <summary>Either the service or everything that is wrong with what was written.</summary>
/// <param name="Errors">By JSON Pointer into what was written.</param>
public sealed record WrittenResult(WrittenService? Service, IReadOnlyList<FieldError> Errors)
{
    [MemberNotNullWhen(true, nameof(Service))]
    public bool Ok => Service is not null;
}
