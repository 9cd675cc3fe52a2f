import { type Operation, operation } from '../cloud.ts'
import { getProducts } from './get-products.ts'

export const pricingOperations: Readonly<Record<string, Operation>> = {
  GetProducts: operation(getProducts, ['FormatVersion', 'Filters', 'MaxResults', 'NextToken', 'ServiceCode']),
}
