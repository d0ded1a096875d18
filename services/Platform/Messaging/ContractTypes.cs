using System.Collections.Frozen;
using EServices.Contracts;

namespace EServices.Platform.Messaging;

/// <summary>The contracts by full name, as unsent events name them.</summary>
internal static class ContractTypes
{
    private static readonly FrozenDictionary<string, Type> ByName = typeof(Person).Assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false })
        .ToFrozenDictionary(type => type.FullName!);

    public static Type? Find(string name) => ByName.GetValueOrDefault(name);
}
