using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EServices.Payment.Money;

internal static class MoneySchema
{
    /// <summary>Tells the API document what <see cref="Paise"/> is in JSON, which its converter hides.</summary>
    public static void AddMoneySchema(this IServiceCollection services) =>
        services.Configure<OpenApiOptions>("v1", options => options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(Paise))
                (schema.Type, schema.Format, schema.Description) = (JsonSchemaType.Integer, "int64", "An amount in paise, hundredths of a rupee.");
            return Task.CompletedTask;
        }));
}
